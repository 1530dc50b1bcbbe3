// What PRODUCT.md says of every route inside an organization: who gets which answer, with ids that belong together.
// Ids that do not are a 404 for everybody, whatever stands here (test/matrix/cells.ts). Derived from the page, not from
// the code: a wrong answer is a bug of the code, or of the page.
//
//   needs      the permission; `membership`: whoever is in
//   holder     has a role of the organization's own, with that permission and no other; lacker with every other one
//   susp.      an admin whose membership is suspended
//   editor     a member who is website_admin of the shop beside
//   w_admin, w_user, w_susp.   guests of the shop, the website that is asked for; the last one is a suspended guest
//   w_other    website_admin of another website of the organization
// Strangers have no column, since they get the same everywhere: 401 without a token or with that of a suspended person,
// else 404 (test/matrix/answers.ts).
//
// 403: p permission_missing, m member_suspended, a role_above_own, o owner_required, v email_not_verified · 409: l last_owner, s system_role,
// u role_in_use, y already_owner, i member_inactive, m already_member, p invite_pending · 410: a invite_accepted,
// r invite_revoked · `-`: does not apply
export const table = `
case                                 needs                owner  admin  member holder lacker susp.  editor w_admin w_user w_other w_susp.

GET /organizations/:org_id
  as it is                           organization:read    200    200    200    200    403p   403m   200    404    404    404    404
PATCH /organizations/:org_id
  its settings                       organization:update  200    200    200    200    403p   403m   200    404    404    404    404
  nothing                            organization:update  200    200    200    200    403p   403m   200    404    404    404    404
DELETE /organizations/:org_id
  with all it has                    organization:delete  204    403p   403p   204    403p   403m   403p   404    404    404    404
POST /organizations/:org_id/leave
  one of several owners              membership           204    204    204    204    -      403m   204    404    404    404    404
  the last owner                     membership           409l   -      -      -      -      -      -      -      -      -      -
POST /organizations/:org_id/transfer-ownership
  to a member                        member:update        200    403o   403p   403o   403p   403m   403p   404    404    404    404
  to oneself                         member:update        409y   403o   403p   403o   403p   403m   403p   404    404    404    404
  to a suspended member              member:update        409i   403o   403p   403o   403p   403m   403p   404    404    404    404

GET /organizations/:org_id/members
  all                                member:read          200    200    200    200    403p   403m   200    404    404    404    404
  of a role by id                    member:read          200    200    200    200    403p   403m   200    404    404    404    404
  by role, status and text           member:read          200    200    200    200    403p   403m   200    404    404    404    404
GET /organizations/:org_id/members/:user_id
  a member                           member:read          200    200    200    200    403p   403m   200    404    404    404    404
PATCH /organizations/:org_id/members/:user_id
  role by id                         member:update        200    200    403p   200    403p   403m   403p   404    404    404    404
  nothing                            member:update        200    200    403p   200    403p   403m   403p   404    404    404    404
  suspended                          member:update        200    200    403p   200    403p   403m   403p   404    404    404    404
  made admin                         member:update        200    200    403p   403a   403p   403m   403p   404    404    404    404
  made owner                         member:update        200    403o   403p   403o   403p   403m   403p   404    404    404    404
  oneself, made owner                member:update        -      403o   403p   403o   403p   403m   403p   404    404    404    404
  settings of an admin               member:update        200    200    403p   403a   403p   403m   403p   404    404    404    404
  settings of a role above admin     member:update        200    403a   403p   403a   403p   403m   403p   404    404    404    404
  an owner, made member              member:update        200    403o   403p   403o   403p   403m   403p   404    404    404    404
  the last owner, suspended          member:update        409l   -      -      -      -      -      -      -      -      -      -
DELETE /organizations/:org_id/members/:user_id
  a member                           member:remove        204    204    403p   204    403p   403m   403p   404    404    404    404
  an admin                           member:remove        204    204    403p   403a   403p   403m   403p   404    404    404    404
  of a role above admin              member:remove        204    403a   403p   403a   403p   403m   403p   404    404    404    404
  an owner                           member:remove        204    403o   403p   403o   403p   403m   403p   404    404    404    404
  oneself                            membership           204    204    204    204    -      403m   204    404    404    404    404
  the last owner                     membership           409l   -      -      -      -      -      -      -      -      -      -

GET /organizations/:org_id/roles
  all                                role:read            200    200    200    200    403p   403m   200    404    404    404    404
POST /organizations/:org_id/roles
  without permissions                role:create          201    201    403p   201    403p   403m   403p   404    404    404    404
  for websites                       role:create          201    201    403p   201    403p   403m   403p   404    404    404    404
  above admin                        role:create          201    403a   403p   403a   403p   403m   403p   404    404    404    404
PATCH /organizations/:org_id/roles/:role_id
  its description                    role:update          200    200    403p   200    403p   403m   403p   404    404    404    404
  nothing                            role:update          200    200    403p   200    403p   403m   403p   404    404    404    404
  raised above admin                 role:update          200    403a   403p   403a   403p   403m   403p   404    404    404    404
  one above admin, lowered           role:update          200    403a   403p   403a   403p   403m   403p   404    404    404    404
  a system role's description        role:update          200    200    403p   403a   403p   403m   403p   404    404    404    404
  a system role's name               role:update          409s   409s   403p   403a   403p   403m   403p   404    404    404    404
  the owners' description            role:update          200    403o   403p   403o   403p   403m   403p   404    404    404    404
DELETE /organizations/:org_id/roles/:role_id
  nobody's                           role:delete          204    204    403p   204    403p   403m   403p   404    404    404    404
  somebody's                         role:delete          409u   409u   403p   409u   403p   403m   403p   404    404    404    404
  nobody's, above admin              role:delete          204    403a   403p   403a   403p   403m   403p   404    404    404    404
  a system role                      role:delete          409s   409s   403p   403a   403p   403m   403p   404    404    404    404

GET /organizations/:org_id/audit-events
  all                                audit:read           200    200    403p   200    403p   403m   403p   404    404    404    404
  of an actor                        audit:read           200    200    403p   200    403p   403m   403p   404    404    404    404

GET /stats/role-wise-users
  of an organization                 stats:read           200    200    403p   200    403p   403m   403p   404    404    404    404
GET /stats/org-wise-members
  of an organization                 stats:read           200    200    403p   200    403p   403m   403p   404    404    404    404
GET /stats/org-role-wise-users
  of an organization                 stats:read           200    200    403p   200    403p   403m   403p   404    404    404    404
GET /stats/org-role-wise-users-filtered
  of an organization                 stats:read           200    200    403p   200    403p   403m   403p   404    404    404    404
GET /stats/membership-growth
  of an organization                 stats:read           200    200    403p   200    403p   403m   403p   404    404    404    404

POST /invite-member
  as member                          member:invite        201    201    403p   403a   403p   403m   403p   404    404    404    404
  as a role above admin              member:invite        201    403a   403p   403a   403p   403m   403p   404    404    404    404
  of a member                        member:invite        409m   409m   403p   409m   403p   403m   403p   404    404    404    404
DELETE /delete_member
  a member                           member:remove        204    204    403p   204    403p   403m   403p   404    404    404    404
  an owner                           member:remove        204    403o   403p   403o   403p   403m   403p   404    404    404    404
PUT /update_member_role
  by id                              member:update        200    200    403p   200    403p   403m   403p   404    404    404    404
  made owner                         member:update        200    403o   403p   403o   403p   403m   403p   404    404    404    404

POST /permissions/check
  in an organization                 membership           200    200    200    200    -      403m   200    404    404    404    404
  on a website                       membership           200    200    200    200    -      403m   200    200    200    404    403m
POST /signin
  for an organization                membership           200    200    200    200    -      403m   200    404    404    404    404
POST /token/refresh
  for an organization                membership           200    200    200    200    -      403m   200    404    404    404    404

POST /organizations/:org_id/websites
  a shop                             website:create       201    201    201    201    403p   403m   201    404    404    404    404
GET /organizations/:org_id/websites
  all that one may see               website:read         200    200    200    200    403p   403m   200    200    200    200    403m
GET /organizations/:org_id/websites/:website_id
  as it is                           website:read         200    200    200    200    403p   403m   200    200    200    404    403m
PATCH /organizations/:org_id/websites/:website_id
  its settings                       website:update       200    200    200    200    403p   403m   200    200    200    404    403m
  nothing                            website:update       200    200    200    200    403p   403m   200    200    200    404    403m
DELETE /organizations/:org_id/websites/:website_id
  with its people                    website:delete       204    204    403p   204    403p   403m   204    204    403p   404    403m
GET /organizations/:org_id/websites/:website_id/members
  all                                website:read         200    200    200    200    403p   403m   200    200    200    404    403m
PATCH /organizations/:org_id/websites/:website_id/members/:user_id
  role by id                         website:invite       200    200    403p   200    403p   403m   200    200    403p   404    403m
  nothing                            website:invite       200    200    403p   200    403p   403m   200    200    403p   404    403m
  suspended                          website:invite       200    200    403p   200    403p   403m   200    200    403p   404    403m
  made website_admin                 website:invite       200    200    403p   403a   403p   403m   200    200    403p   404    403m
  settings of a website_admin        website:invite       200    200    403p   403a   403p   403m   200    200    403p   404    403m
DELETE /organizations/:org_id/websites/:website_id/members/:user_id
  another                            website:invite       204    204    403p   204    403p   403m   204    204    403p   404    403m
  a website_admin                    website:invite       204    204    403p   403a   403p   403m   204    204    403p   404    403m
  oneself                            membership           404    404    404    404    -      404    204    204    204    404    403m

POST /organizations/:org_id/invites
  role by id                         member:invite        201    201    403p   201    403p   403m   403p   404    404    404    404
  as member                          member:invite        201    201    403p   403a   403p   403m   403p   404    404    404    404
  as admin                           member:invite        201    201    403p   403a   403p   403m   403p   404    404    404    404
  as a role above admin              member:invite        201    403a   403p   403a   403p   403m   403p   404    404    404    404
  as owner                           member:invite        201    403o   403p   403o   403p   403m   403p   404    404    404    404
  of a member                        member:invite        409m   409m   403p   409m   403p   403m   403p   404    404    404    404
  of whom one is pending             member:invite        409p   409p   403p   409p   403p   403m   403p   404    404    404    404
  by an unconfirmed address          member:invite        403v   403v   403p   403v   403p   403m   403p   404    404    404    404
GET /organizations/:org_id/invites
  all                                member:invite        200    200    403p   200    403p   403m   403p   404    404    404    404
DELETE /organizations/:org_id/invites/:invite_id
  a pending one                      member:invite        204    204    403p   204    403p   403m   403p   404    404    404    404
  as admin                           member:invite        204    204    403p   403a   403p   403m   403p   404    404    404    404
  as a role above admin              member:invite        204    403a   403p   403a   403p   403m   403p   404    404    404    404
  as owner                           member:invite        204    403o   403p   403o   403p   403m   403p   404    404    404    404
  withdrawn before                   member:invite        204    204    403p   204    403p   403m   403p   404    404    404    404
  accepted                           member:invite        410a   410a   403p   410a   403p   403m   403p   404    404    404    404
POST /organizations/:org_id/invites/:invite_id/resend
  a pending one                      member:invite        202    202    403p   202    403p   403m   403p   404    404    404    404
  as admin                           member:invite        202    202    403p   403a   403p   403m   403p   404    404    404    404
  as a role above admin              member:invite        202    403a   403p   403a   403p   403m   403p   404    404    404    404
  as owner                           member:invite        202    403o   403p   403o   403p   403m   403p   404    404    404    404
  withdrawn                          member:invite        410r   410r   403p   410r   403p   403m   403p   404    404    404    404
  accepted                           member:invite        410a   410a   403p   410a   403p   403m   403p   404    404    404    404
  of a member by now                 member:invite        409m   409m   403p   409m   403p   403m   403p   404    404    404    404
  by an unconfirmed address          member:invite        403v   403v   403p   403v   403p   403m   403p   404    404    404    404

POST /organizations/:org_id/websites/:website_id/invites
  role by id                         website:invite       201    201    403p   201    403p   403m   201    201    403p   404    403m
  as website_admin                   website:invite       201    201    403p   403a   403p   403m   201    201    403p   404    403m
  of a colleague                     website:invite       201    201    403p   201    403p   403m   201    201    403p   404    403m
  of a guest                         website:invite       409m   409m   403p   409m   403p   403m   409m   409m   403p   404    403m
  of whom one is pending             website:invite       409p   409p   403p   409p   403p   403m   409p   409p   403p   404    403m
  by an unconfirmed address          website:invite       403v   403v   403p   403v   403p   403m   403v   403v   403p   404    403m
GET /organizations/:org_id/websites/:website_id/invites
  all                                website:invite       200    200    403p   200    403p   403m   200    200    403p   404    403m
DELETE /organizations/:org_id/websites/:website_id/invites/:invite_id
  a pending one                      website:invite       204    204    403p   204    403p   403m   204    204    403p   404    403m
  as website_admin                   website:invite       204    204    403p   403a   403p   403m   204    204    403p   404    403m
  withdrawn before                   website:invite       204    204    403p   204    403p   403m   204    204    403p   404    403m
  accepted                           website:invite       410a   410a   403p   410a   403p   403m   410a   410a   403p   404    403m
POST /organizations/:org_id/websites/:website_id/invites/:invite_id/resend
  a pending one                      website:invite       202    202    403p   202    403p   403m   202    202    403p   404    403m
  as website_admin                   website:invite       202    202    403p   403a   403p   403m   202    202    403p   404    403m
  withdrawn                          website:invite       410r   410r   403p   410r   403p   403m   410r   410r   403p   404    403m
  accepted                           website:invite       410a   410a   403p   410a   403p   403m   410a   410a   403p   404    403m
  of a guest by now                  website:invite       409m   409m   403p   409m   403p   403m   409m   409m   403p   404    403m
  by an unconfirmed address          website:invite       403v   403v   403p   403v   403p   403m   403v   403v   403p   404    403m
`;
