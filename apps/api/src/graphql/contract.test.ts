import { readFileSync } from 'node:fs';
import {
  buildSchema,
  findBreakingChanges,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { CONTRACT_FILE, printContract } from './contract.js';
import { createSchema } from './schema.js';

const committed = readFileSync(CONTRACT_FILE, 'utf8');
const schema = createSchema();

describe('the contract', () => {
  it('is what the code serves: npm run schema -w @stockpot/api writes it anew', () => {
    expect(printContract(schema)).toBe(committed);
  });

  it('is not broken by the code', () => {
    expect(findBreakingChanges(buildSchema(committed), schema)).toEqual([]);
  });

  it('would show a removed field, a field made nullable and a new required argument', () => {
    const broken = committed
      .replace('  acceptRule: String\n', '  acceptRules: String\n')
      .replace('  stepCounts: StepCounts!', '  stepCounts: StepCounts')
      .replace('maxPoints: Int! = 1000', 'maxPoints: Int! = 1000\n    unit: String!');
    const found = findBreakingChanges(buildSchema(committed), buildSchema(broken)).map(({ type }) => type);
    expect(found).toContain('FIELD_REMOVED');
    expect(found).toContain('FIELD_CHANGED_KIND');
    expect(found).toContain('REQUIRED_ARG_ADDED');
  });

  it('describes every type, field, argument and value', () => {
    const silent: string[] = [];
    const note = (name: string, description: string | null | undefined) => {
      if (!description) silent.push(name);
    };
    for (const type of Object.values(schema.getTypeMap())) {
      if (
        type.name.startsWith('__') ||
        ['Query', 'Mutation', 'Subscription', 'String', 'Int', 'Float', 'Boolean', 'ID'].includes(type.name)
      ) {
        if (!isObjectType(type) || type.name.startsWith('__')) continue;
      } else note(type.name, type.description);
      if (isEnumType(type)) for (const value of type.getValues()) note(`${type.name}.${value.name}`, value.description);
      if (isUnionType(type) || isEnumType(type)) continue;
      if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) {
          note(`${type.name}.${field.name}`, field.description);
          for (const arg of field.args) note(`${type.name}.${field.name}(${arg.name})`, arg.description);
        }
      }
      if (isInputObjectType(type))
        for (const field of Object.values(type.getFields())) note(`${type.name}.${field.name}`, field.description);
    }
    expect(silent).toEqual([]);
  });
});
