// Small parts that several pages show.
import type { Child } from "hono/jsx";

/** Names and what they stand for, one to a line. Entries without a value are left out. */
export const Facts = ({ facts }: { facts: [name: string, value: Child][] }) => (
  <dl>
    {facts
      .filter(([, value]) => value !== "" && value !== null)
      .map(([name, value]) => (
        <>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </>
      ))}
  </dl>
);

const clock = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

/** An instant (epoch milliseconds) for people, in UTC: the server does not know where they are. */
export const Moment = ({ at }: { at: number }) => (
  <time datetime={new Date(at).toISOString()}>{clock.format(at)} UTC</time>
);

/** Leads to where people use the product, when it is configured. */
export const ToApp = ({ appUrl, appName }: { appUrl: string | undefined; appName: string }) =>
  appUrl ? (
    <a class="button" href={appUrl} rel="noreferrer">
      Continue to {appName}
    </a>
  ) : null;
