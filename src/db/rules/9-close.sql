-- Last: functions are executable by everybody unless somebody says otherwise, so somebody does.
revoke execute on all functions in schema app from public;
