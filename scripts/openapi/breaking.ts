// What a client of one OpenAPI document would stumble over in another: the changes that break, each in a sentence. New
// paths, answers with more in them and fields that may be left out break nobody.
type Node = { [key: string]: unknown };
type Documents = { before: Node; after: Node };

const isNode = (value: unknown): value is Node => typeof value === "object" && value !== null;
const nodeOf = (value: unknown): Node => (isNode(value) ? value : {});
const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

/** `$ref` followed, what stands beside it added. */
function resolved(document: Node, value: unknown): Node {
  const { $ref, ...rest } = nodeOf(value);
  if (typeof $ref !== "string") return rest;
  const target = $ref
    .slice(2)
    .split("/")
    .reduce<unknown>((node, key) => nodeOf(node)[key], document);
  const whole = resolved(document, target);
  const properties = { ...nodeOf(whole.properties), ...nodeOf(rest.properties) };
  return { ...whole, ...rest, ...(Object.keys(properties).length > 0 && { properties }) };
}

const methods = ["get", "put", "post", "patch", "delete"];

/** Each breaking change, named by operation. */
export function breakingChanges(before: Node, after: Node): string[] {
  const documents = { before, after };
  return Object.entries(nodeOf(before.paths)).flatMap(([path, item]) =>
    methods
      .filter((method) => nodeOf(item)[method] !== undefined)
      .flatMap((method) => {
        const name = `${method.toUpperCase()} ${path}`;
        const now = nodeOf(nodeOf(nodeOf(after.paths)[path])[method]);
        if (Object.keys(now).length === 0) return [`${name} is gone`];
        const then = nodeOf(nodeOf(item)[method]);
        return [
          ...idChanges(then, now),
          ...tokenChanges(then, now),
          ...parameterChanges(documents, then, now),
          ...bodyChanges(documents, then, now),
          ...answerChanges(documents, then, now),
        ].map((change) => `${name}: ${change}`);
      }),
  );
}

const idChanges = (then: Node, now: Node) =>
  then.operationId === now.operationId ? [] : [`its id was ${then.operationId} and is ${now.operationId}`];

/** Who could call without a token no longer can. */
function tokenChanges(then: Node, now: Node): string[] {
  const free = ({ security }: Node) => {
    const ways = Array.isArray(security) ? security : [];
    return ways.length === 0 || ways.some((way) => Object.keys(nodeOf(way)).length === 0);
  };
  return free(then) && !free(now) ? ["needs a token now"] : [];
}

function parameterChanges({ before, after }: Documents, then: Node, now: Node): string[] {
  const listOf = (document: Node, { parameters }: Node) =>
    new Map(
      (Array.isArray(parameters) ? parameters : []).map((one) => {
        const parameter = resolved(document, one);
        return [`${parameter.in} ${parameter.name}`, parameter];
      }),
    );
  const [old, current] = [listOf(before, then), listOf(after, now)];
  const gone = [...old.keys()].filter((key) => !current.has(key)).map((key) => `${key} is gone`);
  const needed = [...current]
    .filter(([key, { required }]) => required === true && old.get(key)?.required !== true)
    .map(([key]) => `${key} is needed now`);
  const narrower = [...old].flatMap(([key, parameter]) => {
    const other = current.get(key);
    return other ? narrowings({ before, after }, parameter.schema, other.schema, key) : [];
  });
  return [...gone, ...needed, ...narrower];
}

const mediaOf = (document: Node, holder: unknown) => nodeOf(resolved(document, holder).content);

function bodyChanges(documents: Documents, then: Node, now: Node): string[] {
  const old = mediaOf(documents.before, then.requestBody);
  const current = mediaOf(documents.after, now.requestBody);
  if (Object.keys(old).length === 0) return Object.keys(current).length === 0 ? [] : ["needs a body now"];
  return Object.entries(old).flatMap(([type, media]) =>
    current[type] === undefined
      ? [`takes no ${type} any more`]
      : narrowings(documents, nodeOf(media).schema, nodeOf(current[type]).schema, "body"),
  );
}

function answerChanges(documents: Documents, then: Node, now: Node): string[] {
  const current = nodeOf(now.responses);
  return Object.entries(nodeOf(then.responses)).flatMap(([status, answer]) => {
    const isSuccess = status.startsWith("2");
    // An error that no longer happens breaks nobody; that it has another media type would.
    if (current[status] === undefined) return isSuccess ? [`answers ${status} no more`] : [];
    const media = mediaOf(documents.after, current[status]);
    return Object.entries(mediaOf(documents.before, answer)).flatMap(([type, old]) =>
      media[type] === undefined
        ? [`${status} is no ${type} any more`]
        : widenings(documents, nodeOf(old).schema, nodeOf(media[type]).schema, status),
    );
  });
}

const typesOf = ({ type }: Node): string[] =>
  Array.isArray(type) ? textsOf(type) : type ? [String(type)] : [];
const minus = (some: string[], others: string[]) => some.filter((one) => !others.includes(one));

/** What a request could say and no longer can, at `place`. */
function narrowings({ before, after }: Documents, then: unknown, now: unknown, place: string): string[] {
  const [old, current] = [resolved(before, then), resolved(after, now)];
  const found: string[] = [];
  if (typesOf(current).length > 0) {
    const lost = minus(typesOf(old), typesOf(current)).filter(
      (type) => type !== "integer" || !typesOf(current).includes("number"),
    );
    if (typesOf(old).length === 0 || lost.length > 0)
      found.push(`${place} takes ${typesOf(current)} alone now`);
  }
  if (Array.isArray(current.enum)) {
    const lost = Array.isArray(old.enum)
      ? minus(textsOf(old.enum), textsOf(current.enum))
      : ["anything else"];
    if (lost.length > 0) found.push(`${place} no longer takes ${lost.join(", ")}`);
  }
  for (const [key, isTighter] of bounds) {
    const [was, is] = [old[key] as number | undefined, current[key] as number | undefined];
    if (is !== undefined && (was === undefined || isTighter(was, is)))
      found.push(`${place} has ${key} ${is} now`);
  }
  const [oldFields, fields] = [nodeOf(old.properties), nodeOf(current.properties)];
  for (const name of minus(textsOf(current.required), textsOf(old.required))) {
    found.push(`${place} needs ${name} now`);
  }
  for (const [name, schema] of Object.entries(oldFields)) {
    if (fields[name] !== undefined) {
      found.push(...narrowings({ before, after }, schema, fields[name], `${place}.${name}`));
    } else if (current.additionalProperties === false) found.push(`${place}.${name} is gone`);
  }
  if (old.items && current.items)
    found.push(...narrowings({ before, after }, old.items, current.items, `${place}[]`));
  return found;
}

const bounds: [key: string, isTighter: (was: number, is: number) => boolean][] = [
  ["minimum", (was, is) => is > was],
  ["minLength", (was, is) => is > was],
  ["minItems", (was, is) => is > was],
  ["maximum", (was, is) => is < was],
  ["maxLength", (was, is) => is < was],
  ["maxItems", (was, is) => is < was],
];

/** What an answer promised and no longer does, or may say for the first time, at `place`. */
function widenings({ before, after }: Documents, then: unknown, now: unknown, place: string): string[] {
  const [old, current] = [resolved(before, then), resolved(after, now)];
  const found: string[] = [];
  if (typesOf(old).length > 0) {
    const more = minus(typesOf(current), typesOf(old)).filter(
      (type) => type !== "integer" || !typesOf(old).includes("number"),
    );
    if (typesOf(current).length === 0 || more.length > 0) {
      found.push(`${place} may be ${more.join(", ") || "anything"} now`);
    }
  }
  // A new error code is no break: clients read the status of what they do not know.
  if (Array.isArray(old.enum) && !place.endsWith(".code")) {
    const more = Array.isArray(current.enum) ? minus(textsOf(current.enum), textsOf(old.enum)) : ["anything"];
    if (more.length > 0) found.push(`${place} may be ${more.join(", ")} now`);
  }
  const fields = nodeOf(current.properties);
  for (const name of minus(textsOf(old.required), textsOf(current.required))) {
    found.push(`${place}.${name} may be missing now`);
  }
  for (const [name, schema] of Object.entries(nodeOf(old.properties))) {
    if (fields[name] === undefined) found.push(`${place}.${name} is gone`);
    else found.push(...widenings({ before, after }, schema, fields[name], `${place}.${name}`));
  }
  if (old.items && current.items)
    found.push(...widenings({ before, after }, old.items, current.items, `${place}[]`));
  return found;
}
