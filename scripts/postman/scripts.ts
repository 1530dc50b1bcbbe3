// The scripts of a request: what its answer has to be, and what later requests need of it. Plain JavaScript for Postman's
// sandbox; each is whole in itself, since requests share none.
import type { OpenApi } from "../openapi/document.ts";
import { nameOf, type Operation, shapeOf } from "./document.ts";
import { type ApiStep, type MailStep, people } from "./step.ts";

const tries = 40;
const pauseMs = 250;
const q = JSON.stringify;
const test = (title: string, line: string) => `pm.test(${q(title)}, () => { ${line}; });`;

/** Before every request. The first one begins a run: new addresses, so that runs do not meet. */
export const begin = (firstTitle: string): string[] => [
  `if (pm.info.requestName === ${q(firstTitle)} || !pm.collectionVariables.get("run")) {`,
  `  const run = pm.variables.replaceIn("{{$randomUUID}}").slice(0, 8);`,
  "  pm.collectionVariables.clear();",
  `  pm.collectionVariables.set("run", run);`,
  `  pm.collectionVariables.set("yesterday", String(Date.now() - 24 * 60 * 60 * 1000));`,
  `  for (const name of ${q(people)}) {`,
  `    pm.collectionVariables.set(name + "_email", name + "-" + run + "@example.com");`,
  `    pm.collectionVariables.set(name + "_password", name + " keeps bees " + run);`,
  `    pm.collectionVariables.set(name + "_new_password", name + " keeps goats " + run);`,
  "  }",
  "}",
];

export const givenAtTheStart: string[] = [
  "run",
  "yesterday",
  ...people.flatMap((name) => [`${name}_email`, `${name}_password`, `${name}_new_password`]),
];

export function before(step: ApiStep): string[] {
  return [
    ...(step.operator ? [`if (!pm.variables.get("admin_email")) pm.execution.skipRequest();`] : []),
    ...(step.before ? [step.before] : []),
  ];
}

/** Once more after a pause, until `there` holds; then, or after the last try, what follows. */
const patiently = (there: string, meanwhile: string, then: string[]) => [
  `const tries = Number(pm.collectionVariables.get("tries") || 0) + 1;`,
  `if (!(${there}) && tries < ${tries}) {`,
  `  ${meanwhile}`,
  `  pm.collectionVariables.set("tries", tries);`,
  "  pm.execution.setNextRequest(pm.info.requestName);",
  `  setTimeout(() => {}, ${pauseMs});`,
  "} else {",
  `  pm.collectionVariables.set("tries", 0);`,
  ...then.map((line) => `  ${line}`),
  "}",
];

/** The newest mail whose link is another than the one that was read before. */
export function afterMail({ link, token }: MailStep): string[] {
  return [
    test("the mailbox answers", "pm.response.to.have.status(200)"),
    "const mails = pm.response.code === 200 ? pm.response.json().data : [];",
    `const tokens = mails.flatMap((mail) => ((mail.text || "").match(/\\/${link}\\?token=([\\w.-]+)/) || []).slice(1));`,
    `const known = pm.collectionVariables.get(${q(token)});`,
    "const found = tokens[0] === known ? undefined : tokens[0];",
    ...patiently("found", "// A mail arrives a moment after the answer that it follows.", [
      test("the mail is there, with its link", `pm.expect(found).to.be.a("string")`),
      `if (found) pm.collectionVariables.set(${q(token)}, found);`,
    ]),
  ];
}

export function after(step: ApiStep, operation: Operation | undefined, document: OpenApi): string[] {
  const lines = [
    test(`answers ${step.status}`, `pm.response.to.have.status(${step.status})`),
    test(
      "has a request id",
      `pm.expect(pm.response.headers.get("X-Request-Id")).to.match(/^[0-9a-f-]{36}$/)`,
    ),
    ...body(step, operation, document),
    ...reading(step),
    ...Object.entries(step.expects ?? {}).map(([title, line]) => test(title, line)),
    ...saving(step),
  ];
  if (!step.patient) return lines;
  const meanwhile = test("no failure meanwhile", "pm.expect(pm.response.code).to.be.below(500)");
  return patiently(`pm.response.code === ${step.status}`, meanwhile, lines);
}

const mediaTest = (title: string, type: string) =>
  test(
    title,
    `pm.expect(pm.response.headers.get("Content-Type")).to.match(/^${type.replace("/", "\\/").replace("+", "\\+")}/)`,
  );

function body(step: ApiStep, operation: Operation | undefined, document: OpenApi): string[] {
  if (step.code) return problem(step, document);
  const words = step.page ?? step.script;
  if (words !== undefined) {
    return [
      step.script ? mediaTest("is a script", "text/javascript") : mediaTest("is a page", "text/html"),
      test("says what it is about", `pm.expect(pm.response.text()).to.include(${q(words)})`),
    ];
  }
  const schema = operation?.answers.get(step.status)?.["application/json"]?.schema;
  if (!schema) return [test("has no body", `pm.expect(pm.response.text()).to.eql("")`)];
  const name = nameOf(String(schema.$ref ?? ""));
  return [
    mediaTest("is JSON", "application/json"),
    test(`has the shape of ${name}`, `pm.response.to.have.jsonSchema(${q(shapeOf(document, schema))})`),
  ];
}

function problem({ status, code }: ApiStep, document: OpenApi): string[] {
  const schema = shapeOf(document, document.components.schemas?.Problem as object as never);
  return [
    mediaTest("is a problem document", "application/problem+json"),
    test("has the shape of Problem", `pm.response.to.have.jsonSchema(${q(schema)})`),
    test(
      `its code is ${code}`,
      `pm.expect(pm.response.json()).to.include({ code: ${q(code)}, type: ${q(`/errors/${code}`)}, status: ${status} })`,
    ),
    ...(status === 401
      ? [
          test(
            "says how to authenticate",
            `pm.expect(pm.response.headers.get("WWW-Authenticate")).to.match(/^Bearer/)`,
          ),
        ]
      : []),
  ];
}

const isText = ({ page, script }: ApiStep) => (page ?? script) !== undefined;

/** The words that `expects` and `saves` are written in. */
function reading(step: ApiStep): string[] {
  const used = [...Object.values(step.expects ?? {}), ...savedFrom(step)].join("\n");
  const words = [
    [/\banswer\b/, `const answer = pm.response.${isText(step) ? "text" : "json"}();`],
    [
      /\bsaved\(/,
      "const saved = (name) => pm.expect(pm.collectionVariables.get(name), name).to.exist && pm.collectionVariables.get(name);",
    ],
    [
      /\bclaims\(/,
      `const claims = (jwt) => JSON.parse(atob(jwt.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));`,
    ],
  ] as const;
  return words.filter(([word]) => word.test(used)).map(([, line]) => line);
}

const savedFrom = ({ saves = {} }: ApiStep) => Object.values(saves).map((path) => `answer.${path}`);

function saving(step: ApiStep): string[] {
  const entries = Object.entries(step.saves ?? {});
  if (entries.length === 0) return [];
  return [
    `if (pm.response.code === ${step.status}) {`,
    ...entries.map(([name, path]) => `  pm.collectionVariables.set(${q(name)}, answer.${path});`),
    "}",
  ];
}
