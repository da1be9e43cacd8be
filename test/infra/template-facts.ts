import type { Template } from 'aws-cdk-lib/assertions';
import { z } from 'zod';

const resourceSchema = z.object({
  Type: z.string(),
  DependsOn: z.array(z.string()).default([]),
  DeletionPolicy: z.string().optional(),
  Properties: z.record(z.string(), z.unknown()).default({}),
});
export const templateSchema = z.object({ Resources: z.record(z.string(), resourceSchema) });

export type Resource = z.infer<typeof resourceSchema> & { readonly id: string };

export function resourcesOf(template: Template, type: string): Resource[] {
  const { Resources } = templateSchema.parse(template.toJSON());
  return Object.entries(Resources)
    .map(([id, resource]) => ({ id, ...resource }))
    .filter((resource) => resource.Type === type);
}

export function environmentsOf(template: Template): Record<string, string>[] {
  const schema = z.object({ Environment: z.object({ Variables: z.record(z.string(), z.unknown()) }) });
  return resourcesOf(template, 'AWS::Lambda::Function').map(({ Properties }) => {
    const { Variables } = schema.parse(Properties).Environment;
    return Object.fromEntries(Object.entries(Variables).map(([name, value]) => [name, nameOf(value)]));
  });
}

const oneOrMany = <T extends z.ZodType>(schema: T) => z.union([z.array(schema), schema.transform((one) => [one])]);
const policySchema = z.object({
  Roles: z.array(z.unknown()),
  PolicyDocument: z.object({
    Statement: z.array(z.object({ Effect: z.literal('Allow'), Action: oneOrMany(z.string()), Resource: oneOrMany(z.unknown()) })),
  }),
});

/** What a role may do, sorted: `action on resource`, the role and the resources by logical id without its hash, or as text. */
export function grantsOf(template: Template, role: string): string[] {
  return resourcesOf(template, 'AWS::IAM::Policy')
    .map(({ Properties }) => policySchema.parse(Properties))
    .filter(({ Roles }) => Roles.map(nameOf).includes(role))
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .flatMap(({ Action, Resource }) => Action.flatMap((action) => Resource.map((resource) => `${action} on ${nameOf(resource)}`)))
    .toSorted();
}

const referenceSchema = z.union([
  z.string(),
  z.object({ Ref: z.string() }).transform(({ Ref }) => withoutHash(Ref)),
  z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) }).transform((reference) => withoutHash(reference['Fn::GetAtt'][0])),
]);
const joinSchema = z
  .object({ 'Fn::Join': z.tuple([z.string(), z.array(referenceSchema)]) })
  .transform(({ 'Fn::Join': [separator, parts] }) => parts.join(separator));

function nameOf(value: unknown): string {
  return z.union([referenceSchema, joinSchema]).parse(value);
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, '');
}
