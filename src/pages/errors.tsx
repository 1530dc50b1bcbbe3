// The errors, explained to whoever writes a client: a list of all, and a page for each.
import { Facts } from "./parts.tsx";

type ShownError = { type: string; code: string; status: number; title: string; detail: string };
export type ExplainedError = ShownError & {
  meaning: string;
  action: string;
  retry: "no" | "corrected" | "new_token" | "later";
  example: object;
  operations: { chapter: string; method: string; path: string; summary: string; docs: string }[];
};

/** Text in which `this` is code. */
const Marked = ({ text }: { text: string }) => (
  <>{text.split("`").map((part, index) => (index % 2 === 1 ? <code>{part}</code> : part))}</>
);

function groupedBy<T, Key>(items: T[], keyOf: (item: T) => Key): [Key, T[]][] {
  const groups = new Map<Key, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return [...groups];
}

const families: Record<number, string> = {
  400: "Not understood",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not there",
  405: "Not with this method",
  409: "In conflict with what is there",
  410: "Over",
  413: "Too large",
  415: "Of another type",
  422: "Not acceptable",
  429: "Too often",
  500: "Our fault",
  503: "Not now",
};

export const ErrorList = ({ errors }: { errors: ShownError[] }) => (
  <>
    <p>
      Every error is a problem document (RFC 9457, <code>application/problem+json</code>). Programs read its{" "}
      <code>code</code>, which stays the same between releases; its <code>type</code> opens one of these
      pages; its <code>request_id</code> finds it in the operator's log.
    </p>
    {groupedBy(errors, ({ status }) => status).map(([status, group]) => (
      <section>
        <h2>
          {status} · {families[status]}
        </h2>
        <ul>
          {group.map(({ type, code, title }) => (
            <li>
              <a href={type}>
                <code>{code}</code>
                <span class="hint">{title}</span>
              </a>
            </li>
          ))}
        </ul>
      </section>
    ))}
    <nav aria-label="More">
      <a href="/docs">API reference</a>
    </nav>
  </>
);

const retries: Record<ExplainedError["retry"], string> = {
  no: "No: the answer stays the same until something else changes.",
  corrected: "Yes, once it is corrected.",
  new_token: "Yes, with a new access token.",
  later: "Yes, after as many seconds as `Retry-After` says.",
};

const headers: Record<number, string> = {
  401: "`WWW-Authenticate`: `Bearer`, and what is wrong with the token",
  405: "`Allow`: the methods of this path",
  429: "`Retry-After`: seconds to wait",
  503: "`Retry-After`: seconds to wait",
};

/** More than these are folded up. */
const few = 12;

export const ExplainError = ({
  code,
  status,
  detail,
  meaning,
  action,
  retry,
  example,
  operations,
}: ExplainedError) => (
  <>
    <p>
      <Marked text={detail} />
    </p>
    <Facts
      facts={[
        ["Status", status],
        ["Code", <code>{code}</code>],
        ["Header", headers[status] ? <Marked text={headers[status]} /> : null],
        ["Send again?", <Marked text={retries[retry]} />],
      ]}
    />
    <h2>What it means</h2>
    <p>
      <Marked text={meaning} />
    </p>
    <h2>What to do</h2>
    <p>
      <Marked text={action} />
    </p>
    <h2>Example</h2>
    <pre>{JSON.stringify(example, null, 2)}</pre>
    <h2>Who answers with it</h2>
    <Operations operations={operations} />
    <nav aria-label="More">
      <a href="/errors">All errors</a>
      <a href="/docs">API reference</a>
    </nav>
  </>
);

const Operations = ({ operations }: Pick<ExplainedError, "operations">) => {
  if (operations.length === 0) return <p>Every path, to methods that it does not have.</p>;
  const list = groupedBy(operations, ({ chapter }) => chapter).map(([chapter, group]) => (
    <>
      <h3>{chapter}</h3>
      <ul>
        {group.map(({ method, path, summary, docs }) => (
          <li>
            <a href={docs}>
              <code>
                {method} {path}
              </code>
              <span class="hint">{summary}</span>
            </a>
          </li>
        ))}
      </ul>
    </>
  ));
  if (operations.length <= few) return <>{list}</>;
  return (
    <details>
      <summary>{operations.length} operations</summary>
      {list}
    </details>
  );
};

export const unknownTitle = "No such error";

export const UnknownError = () => (
  <>
    <p>
      This service has no error of this name. The <code>code</code> of a problem document is its name, and its{" "}
      <code>type</code> is the address of its page.
    </p>
    <nav aria-label="More">
      <a href="/errors">All errors</a>
      <a href="/docs">API reference</a>
    </nav>
  </>
);
