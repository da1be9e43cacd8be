import { z } from 'zod';
import { pipelineSchema } from './pipeline-schema.ts';
import { isJsonObject, type JsonObject } from './profile.ts';

/** The JSON Schema of a configuration file, as text: what editors complete and check against. It knows the shape; reading the file checks the rest. */
export function schemaText(): string {
  const { $schema, $defs = {}, required, ...file } = z.toJSONSchema(pipelineSchema, { io: 'input' });
  const { $schema: _ofTheFile, ...overridden } = file.properties as JsonObject;
  const schema = {
    $schema,
    title: 'Mullion pipeline',
    description: 'Event-time windows over one stream of JSON events, without code.',
    ...file,
    properties: {
      ...file.properties,
      profiles: {
        description: 'What is different in development, in production …: laid over the rest field by field; null takes a field out.',
        type: 'object',
        additionalProperties: { type: ['object', 'null'], properties: partial(overridden), additionalProperties: false },
      },
    },
    // A profile may bring what is missing.
    anyOf: [{ required }, { required: ['profiles'] }],
    $defs: { ...$defs, ...Object.fromEntries(Object.entries($defs).map(([name, each]) => [nameOfPart(name), partly(each)])) },
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

/** The same, of which any part may be left out or taken out. */
function partial(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, orNothing(field)]));
}

function orNothing(schema: unknown): JsonObject {
  return { anyOf: [partly(schema), { type: 'null' }] };
}

function partly(schema: unknown): unknown {
  if (!isJsonObject(schema)) return schema;
  const { required: _any, $ref, oneOf, anyOf = oneOf, properties, additionalProperties, ...rest } = schema;
  return {
    ...rest,
    ...(typeof $ref === 'string' ? { $ref: nameOfPart($ref) } : {}),
    ...(Array.isArray(anyOf) ? { anyOf: anyOf.map(partly) } : {}),
    ...(isJsonObject(properties) ? { properties: partial(properties) } : {}),
    ...(additionalProperties === undefined
      ? {}
      : { additionalProperties: isJsonObject(additionalProperties) ? orNothing(additionalProperties) : additionalProperties }),
  };
}

function nameOfPart(name: string): string {
  return `${name}_part`;
}
