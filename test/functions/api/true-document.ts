import { Ajv2020 } from 'ajv/dist/2020.js';

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>>;
}

/** The document that an API serves about itself, as far as it can be held against what it does. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: object;
}

const METHODS = ['get', 'put', 'post', 'patch', 'delete'];

/** Holds answers against the document. */
export class TrueDocument {
  readonly document: OpenApiDocument;
  readonly #ajv = new Ajv2020({ strict: false, allErrors: true });

  constructor(document: OpenApiDocument) {
    this.document = document;
    this.#ajv.addSchema({ $id: 'document', components: document.components });
  }

  /** Every operation, as `GET /path/{name}`. */
  get operations(): string[] {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => method in item).map((method) => `${method.toUpperCase()} ${path}`),
    );
  }

  /** What is untrue about an answer; nothing, if the document says so. */
  untruths(operation: string, status: number, contentType: string, body: unknown): string[] {
    const [method = '', path = ''] = operation.split(' ');
    const responses = this.document.paths[path]?.[method.toLowerCase()]?.responses;
    const response = responses?.[String(status)] ?? responses?.['default'];
    if (response === undefined) return [`${operation} does not say that it may answer ${status}`];
    const [mediaType = ''] = contentType.split(';');
    const content = response.content?.[mediaType];
    if (content === undefined) return [`${operation} ${status} does not say that it may be ${mediaType}`];
    const schema = JSON.parse(JSON.stringify(content.schema).replaceAll('"#/components', '"document#/components')) as object;
    const validate = this.#ajv.compile(schema);
    return validate(body)
      ? []
      : (validate.errors ?? []).map(({ instancePath, message }) => `${operation} ${status} ${instancePath}: ${message}`);
  }
}
