// What /errors/CODE shows, worked out beforehand from the registry, the texts and the OpenAPI document: one small file for
// each code, so that no request reads the document.
import { type ErrorCode, errors } from "../../src/errors.ts";
import { errorGuide } from "./error-guide.ts";

type Operation = {
  operationId: string;
  tags: [string];
  summary: string;
  responses: Record<
    string,
    { content?: Record<string, { schema: { properties?: { code?: { enum: ErrorCode[] } } } }> }
  >;
};
type Document = {
  paths: Record<string, Record<string, Operation>>;
  components: { examples: Record<string, { value: object }> };
};

export function errorPages({ paths, components }: Document) {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      codes: codesOf(operation),
      shown: {
        operation_id: operation.operationId,
        chapter: operation.tags[0],
        method: method.toUpperCase(),
        path,
        summary: operation.summary,
        docs: `/docs#/${encodeURIComponent(operation.tags[0])}/${operation.operationId}`,
      },
    })),
  );
  return (Object.keys(errors) as ErrorCode[]).map((code) => {
    const [status, title, detail] = errors[code];
    const type = `/errors/${code}`;
    // No operation has it: it is for verbs that a path does not have.
    const request_id = "0b7c1c6e-9d2f-4a35-8f57-6c1f0e2a9d41";
    const example = components.examples[code]?.value ?? { type, title, status, detail, code, request_id };
    const answeredBy = operations.filter(({ codes }) => codes.includes(code)).map(({ shown }) => shown);
    return { type, code, status, title, detail, ...errorGuide[code], example, operations: answeredBy };
  });
}

const codesOf = ({ responses }: Operation): ErrorCode[] =>
  Object.values(responses).flatMap(
    ({ content }) => content?.["application/problem+json"]?.schema.properties?.code?.enum ?? [],
  );
