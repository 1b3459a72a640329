import type { JsonSchema } from './json-schema.ts';
import type { Described, OpenApi, Operation } from './openapi.ts';

/** A piece of a page about the API. Texts are Markdown with nothing but `code` and [links](url). */
export type Block =
  | { readonly kind: 'heading'; readonly level: 2 | 3; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'table'; readonly heads: readonly string[]; readonly rows: readonly (readonly string[])[] };

/** What the API promises to clients, see docs/decisions/0036-answers-have-schemas.md. */
const versions = [
  'What is under `/api/` only grows: routes, optional parameters and fields of requests, fields of answers, values of `kind` and of other enumerations in answers, media types. Clients ignore fields and values that they do not know.',
  'Breaking is: a route, parameter, field or media type that goes or is renamed; one that becomes required in requests; a field of answers that may be absent and was not; another type, unit or meaning; another status for the same outcome; a role that opens less. Such a change gets a path of its own, `/api/v2/`, beside the old one, which stays for at least 180 days and answers with the headers `Deprecation` (RFC 9745: since when), `Sunset` (RFC 8594: until when) and `Link` with `rel="successor-version"`. The change log names it.',
  'Not promised: the wording of texts for people (`detail`, `next`, `text`, `why`, `words`), the order of fields, and what is not in this description. A hole in security is closed at once. `info.version` is the version of the service; its command line is of the same version.',
];

const security =
  '*Key*: the function key in the header `x-functions-key`; it opens every route, unless sign-in is required. *Role*: the app role of who signs in instead; who has `operator` or `approver` may do what `reader` may. Every refusal is a problem (RFC 9457, `application/problem+json`) with `detail`, and `next` or `issues` where they help. An unknown parameter or field is refused where some are listed here, except for feeds.';

/** The API for people: every route with what it takes and answers, and every schema by its name. */
export function describeApi({ paths, components }: OpenApi): Block[] {
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  return [
    textBlock(security),
    {
      kind: 'table',
      heads: ['Method', 'Path', 'Function', 'Key', 'Role', 'What it does'],
      rows: operations.map(({ method, path, operation }) => [
        method,
        code(path),
        code(operation.operationId.slice(method.length + 1)),
        ...accessOf(operation),
        operation.summary,
      ]),
    },
    heading(2, 'Versions'),
    ...versions.map(textBlock),
    heading(2, 'Routes'),
    ...operations
      .filter(({ method }) => method !== 'HEAD')
      .flatMap(({ method, path, operation }) => [
        heading(3, code(`${method} ${path}`)),
        ...parametersOf(operation),
        ...bodyOf(operation),
        answersOf(operation),
      ]),
    heading(2, 'Refusals'),
    textBlock('What routes have in common. Each is a [Problem](#problem).'),
    {
      kind: 'table',
      heads: ['Status', 'Meaning'],
      rows: Object.entries(statusesOf(paths)).map(([status, name]) => [
        status,
        components.responses[name]?.description ?? '',
      ]),
    },
    heading(2, 'Answers'),
    textBlock('Fields with `?` may be absent. Times are ISO 8601 in UTC.'),
    ...Object.entries(components.schemas).flatMap(([name, schema]) => [
      heading(3, name),
      ...(schema.description === undefined ? [] : [textBlock(schema.description)]),
      schemaTable(schema),
    ]),
  ];
}

/** Columns of the key and of the role. */
function accessOf({ security }: Operation): [string, string] {
  const schemes: Readonly<Record<string, readonly string[]>> = Object.assign({}, ...security);
  if (schemes.signIn === undefined) return ['none', 'none'];
  const [role] = schemes.signIn;
  return [schemes.functionKey === undefined ? 'its own' : 'yes', role === undefined ? 'each' : code(role)];
}

function parametersOf({ parameters = [] }: Operation): Block[] {
  const query = parameters.filter((one) => one.in === 'query');
  if (query.length === 0) return [];
  const rows = query.map(({ name, schema, required, description = '' }) => [
    code(name),
    formOf(schema),
    required ? 'yes' : '',
    description,
  ]);
  return [{ kind: 'table', heads: ['Parameter', 'Form', 'Required', 'Meaning'], rows }];
}

/** The fields of a body. Of several kinds, first what all of them have. */
function bodyOf({ requestBody }: Operation): Block[] {
  const body = requestBody?.content['application/json'].schema;
  if (body === undefined) return [];
  const kinds = body.oneOf;
  if (kinds === undefined) return [fieldTable(body, () => true)];
  const [first = {}] = kinds;
  const common = new Set(
    Object.keys(first.properties ?? {}).filter((name) => kinds.every((one) => one.properties?.[name])),
  );
  return [
    textBlock('The field `kind`, and:'),
    fieldTable(first, (name) => name !== 'kind' && common.has(name)),
    ...kinds.flatMap((one) => [
      textBlock(`With ${code(`"kind": ${JSON.stringify(one.properties?.kind?.const)}`)} also:`),
      fieldTable(one, (name) => !common.has(name)),
    ]),
  ];
}

function fieldTable({ properties = {}, required = [] }: JsonSchema, wanted: (name: string) => boolean): Block {
  const rows = Object.entries(properties)
    .filter(([name]) => wanted(name))
    .map(([name, schema]) => [
      code(name),
      formOf(schema),
      required.includes(name) ? 'yes' : '',
      schema.description ?? '',
    ]);
  return { kind: 'table', heads: ['Field', 'Form', 'Required', 'Meaning'], rows };
}

/** Answers by status; refusals that routes have in common in one row. */
function answersOf({ responses }: Operation): Block {
  const own = Object.entries(responses).flatMap(([status, response]) =>
    '$ref' in response ? [] : [[status, bodiesOf(response), response.description]],
  );
  const common = Object.entries(responses).flatMap(([status, response]) => ('$ref' in response ? [status] : []));
  const last = common.length === 0 ? [] : [[common.join(', '), linkTo('Problem'), 'See [refusals](#refusals).']];
  return { kind: 'table', heads: ['Status', 'Answer', 'Meaning'], rows: [...own, ...last] };
}

/** The names of refusals that routes have in common, by status. */
function statusesOf(paths: OpenApi['paths']): Record<string, string> {
  const all = Object.values(paths).flatMap((methods) => Object.values(methods).map(({ responses }) => responses));
  return Object.fromEntries(
    all.flatMap((responses) =>
      Object.entries(responses).flatMap(([status, response]) =>
        '$ref' in response ? [[status, nameIn(response.$ref)]] : [],
      ),
    ),
  );
}

function nameIn(ref: string): string {
  return ref.split('/').at(-1) ?? '';
}

function linkTo(name: string): string {
  return `[${name}](#${name.toLowerCase()})`;
}

function bodiesOf({ content = {} }: Described): string {
  const forms = Object.entries(content).map(([type, { schema }]) => (schema ? formOf(schema) : code(type)));
  return forms.join(' or ') || 'no body';
}

/** Fields of a schema; of one with several kinds, a row a kind. */
function schemaTable(schema: JsonSchema): Block {
  const kinds = schema.oneOf ?? schema.anyOf;
  if (kinds === undefined) {
    const rows = fieldsIn(schema).map(({ name, field }) => [code(name), formOf(field), field.description ?? '']);
    return { kind: 'table', heads: ['Field', 'Form', 'Meaning'], rows };
  }
  const rows = kinds.map((one) => [
    one.properties?.kind === undefined ? '' : formOf(one.properties.kind),
    fieldsIn(one)
      .filter(({ name }) => name !== 'kind')
      .map(({ name, field }) => `${code(name)}: ${formOf(field)}`)
      .join(', '),
  ]);
  return { kind: 'table', heads: ['`kind`', 'Fields'], rows };
}

function fieldsIn({ properties = {}, required = [] }: JsonSchema): { name: string; field: JsonSchema }[] {
  return Object.entries(properties).map(([name, field]) => ({
    name: required.includes(name) ? name : `${name}?`,
    field,
  }));
}

/** The form of a value, in a few words. */
function formOf({ $ref, type, format, const: only, enum: choices, items, anyOf, ...more }: JsonSchema): string {
  if ($ref !== undefined) return linkTo(nameIn($ref));
  if (only !== undefined) return code(String(only));
  if (choices !== undefined) return choices.map((one) => code(String(one))).join(', ');
  if (anyOf !== undefined) return anyOf.map(formOf).join(' or ');
  if (type === 'array') return `list of ${formOf(items ?? {})}`;
  if (type === 'boolean') return 'true or false';
  if (type === 'integer') return 'whole number';
  if (type === 'string') return format === 'date-time' ? 'time' : (format ?? 'text');
  if (more.properties !== undefined) {
    return `{ ${fieldsIn(more)
      .map(({ name, field }) => `${code(name)}: ${formOf(field)}`)
      .join(', ')} }`;
  }
  const { additionalProperties: values } = more;
  if (typeof values === 'object') {
    return Object.keys(values).length === 0 ? 'object' : `object of ${formOf(values)} by name`;
  }
  return type ?? 'each JSON value';
}

function heading(level: 2 | 3, text: string): Block {
  return { kind: 'heading', level, text };
}

function textBlock(text: string): Block {
  return { kind: 'text', text };
}

function code(text: string): string {
  return `\`${text}\``;
}
