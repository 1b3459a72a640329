import { z } from 'zod';
import { configSchema, type Kinds } from '../config/schema.ts';

/** A JSON Schema node, as far as the docs need it. */
export interface SchemaNode {
  readonly type?: string;
  readonly description?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly oneOf?: readonly SchemaNode[];
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly required?: readonly string[];
  readonly items?: SchemaNode;
  readonly additionalProperties?: SchemaNode | boolean;
}

/** The JSON Schema of a config as it is written, for editors. */
export function editorSchema(kinds: Kinds): SchemaNode {
  const schema = z.toJSONSchema(configSchema(kinds), { io: 'input' });
  return { title: 'service-tag-sync configuration', ...schema } as unknown as SchemaNode;
}
