import { isNullish } from '../bson/types.ts';
import { showValue } from '../bson/show.ts';
import { fail, MongoError } from '../errors.ts';
import { typeName } from './arguments.ts';
import { formatDate, formatOf, isoText, readDate } from './date-format.ts';
import { parseDate } from './date-text.ts';
import { dateOf } from './dates.ts';
import { dateWords, ofParts, type PartValues } from './operands.ts';
import { localAt, zoneAhead, zoneOf } from './zones.ts';

/** Refuses a constant zone that is none before there is a document; a null one still lets `onNull` speak. */
const zoneKnown = (constants: PartValues): undefined => void zoneAhead(constants);

export const dateToString = ofParts(
  {
    notDocument: 18629,
    unknown: 18534,
    words: dateWords,
    required: { date: 18628 },
    optional: ['format', 'timezone', 'onNull'],
  },
  ({ date, format, timezone, onNull }, name, given) => {
    const pattern = formatOf(format, name, 18533, false);
    const zone = zoneOf(timezone, 'timezone' in given);
    if (isNullish(date)) return 'onNull' in given ? onNull : null;
    if (zone === undefined || ('format' in given && pattern === undefined)) return null;
    const moment = dateOf(date) as Date;
    return pattern === undefined ? isoText(moment, zone) : formatDate(localAt(moment, zone), pattern);
  },
  zoneKnown,
);

export const dateFromString = ofParts(
  {
    notDocument: 40540,
    expects: 'only supports an object as an argument, found:',
    unknown: 40541,
    words: dateWords,
    required: { dateString: 40542 },
    optional: ['timezone', 'format', 'onError', 'onNull'],
  },
  ({ dateString, timezone, format, onError, onNull }, name, given) => {
    const pattern = formatOf(format, name, 40684, true);
    const zone = zoneOf(timezone, 'timezone' in given);
    if (isNullish(dateString)) return 'onNull' in given ? onNull : null;
    try {
      if (typeof dateString !== 'string')
        return fail(
          241,
          `${name} requires that 'dateString' be a string, found: ${typeName(dateString)} with value ${showValue(dateString)}`,
        );
      if (zone === undefined || ('format' in given && pattern === undefined)) return null;
      return pattern === undefined ? parseDate(dateString, zone) : readDate(dateString, pattern, zone);
    } catch (error) {
      if ('onError' in given && error instanceof MongoError && error.code === 241) return onError;
      throw error;
    }
  },
  zoneKnown,
);
