import type { Answer } from '../bson/encode.ts';
import { isDoc } from '../bson/types.ts';
import { fail } from '../errors.ts';
import { isTrue } from '../expression/boolean.ts';
import { checked } from '../fields.ts';
import type { Command } from './context.ts';

/** When a parameter of MongoDB's can be set; here none can. */
interface Parameter {
  value: Answer;
  runtime: boolean;
  startup: boolean;
}

const parameter = (value: Answer, runtime = true, startup = true): Parameter => ({ value, runtime, startup });

const parameters: Record<string, Parameter> = {
  allowDiskUseByDefault: parameter(true),
  authenticationMechanisms: parameter([], false),
  featureCompatibilityVersion: parameter({ version: '8.2' }, false, false),
  logLevel: parameter(0),
  quiet: parameter(false),
};

const fields = { showDetails: 'flag', allParameters: 'flag', setAt: 'string' } as const;

export const getParameter: Command = {
  fields: {},
  lenient: true,
  admin: true,
  run({ body }) {
    const which = body['getParameter'];
    const { showDetails, allParameters, setAt } = checked('getParameter', isDoc(which) ? which : {}, fields);
    if (setAt !== undefined && setAt !== 'runtime' && setAt !== 'startup')
      fail('BadValue', `Enumeration value '${setAt}' for field 'getParameter.setAt' is not a valid value.`);
    const all = which === '*' || isTrue(allParameters);
    const found = Object.entries(parameters).filter(([name, one]) =>
      all ? setAt === undefined || one[setAt] : Object.hasOwn(body, name),
    );
    if (found.length === 0) return fail('InvalidOptions', 'no option found to get');
    const details = isTrue(showDetails);
    return Object.fromEntries(
      found.map(([name, { value, runtime, startup }]): [string, Answer] => [
        name,
        details ? { value, settableAtRuntime: runtime, settableAtStartup: startup } : value,
      ]),
    );
  },
};
