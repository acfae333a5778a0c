import { BSONRegExp } from 'mongodb';
import { examine, refused, type Row } from '../testing/expressions.ts';

const found = (match: string, idx: number, ...captures: (string | null)[]): unknown => ({
  match,
  idx,
  captures,
});
const $regexMatch = (input: string, regex: string, options = ''): unknown => ({
  $regexMatch: { input, regex: { $literal: regex }, options },
});

/** What an expression of PCRE2 matches and what not. */
const meaning = (regex: string, options: string, matches: string[], others: string[]): Row[] => [
  ...matches.map((input): Row => [$regexMatch(input, regex, options), true]),
  ...others.map((input): Row => [$regexMatch(input, regex, options), false]),
];

examine({
  regexMatch: [
    [{ $regexMatch: { input: 'Hello', regex: '^h', options: 'i' } }, true],
    [{ $regexMatch: { input: '$missing', regex: 'a' } }, false],
    [{ $regexMatch: { input: 'a', regex: null, options: 'z' } }, false],
    [{ $regexMatch: 'a' }, refused(51103)],
    [{ $regexMatch: { regex: 'a' } }, refused(31022)],
    [{ $regexMatch: { input: 'a' } }, refused(31023)],
    [{ $regexMatch: { input: 'a', regex: 'a', flags: 'i' } }, refused(31024)],
    [{ $regexMatch: { input: 1, regex: null } }, refused(51104)],
    [{ $regexMatch: { input: 1, regex: 1 } }, refused(51105)],
    [{ $regexMatch: { input: 1, regex: 1, options: 1 } }, refused(51106)],
    [{ $regexMatch: { input: 1, regex: new BSONRegExp('a', 'i'), options: '' } }, refused(51107)],
    [{ $regexMatch: { input: null, regex: 'a', options: 'g' } }, refused(51108)],
    [{ $regexMatch: { input: 'a', regex: 'a\0' } }, refused(51109)],
    [{ $regexMatch: { input: 'a', regex: 'a', options: 'i\0' } }, refused(51110)],
    [{ $regexMatch: { input: null, regex: '(a' } }, refused(51111)],
    ...meaning('a$', '', ['a', 'a\n'], ['a\nb', 'a\r']),
    ...meaning('^b$', 'm', ['a\nb\nc', 'b'], ['a\rb', 'a\u2028b']),
    ...meaning('^$', 'm', ['', '\na'], ['a\n']),
    ...meaning('a.c', '', ['a\rc', 'a\u2028c', 'a😀c'], ['a\nc']),
    ...meaning('a.c', 's', ['a\nc'], []),
    ...meaning('a b # c\n[ ]d', 'x', ['ab d'], ['a b d']),
    ...meaning('^(?i)a(?-i)b|c$', '', ['Ab', 'c'], ['AB', 'C']),
    ...meaning('^(a(?i)b|c)d$', '', ['aBd', 'Cd'], ['abD', 'Abd']),
    ...meaning('^\\w$', 'i', ['k', '_'], ['\u212a', '\u017f', 'é']),
    ...meaning('^k$', 'i', ['\u212a'], []),
    ...meaning('^\\w[a]$', 'i', ['1A'], []),
    ...meaning('(?-i)^\\p{Lu}$', 'i', ['A'], ['a']),
    ...meaning('^[^\\W_]$', 'i', ['A', '1'], ['_', '\u212a']),
    ...meaning('^\\s$', '', ['\v', '\n'], ['\u00a0', '\ufeff']),
    ...meaning('^\\h\\R\\N\\n$', '', ['\u00a0\r\nx\n'], []),
    ...meaning('^\\R\\n$', '', ['\r\n\n'], ['\r\n']),
    ...meaning('\\bä', 'i', [], ['ä', ' Ä']),
    ...meaning('\\Aa\\Z', '', ['a\n'], ['a\n\n', 'ba']),
    ...meaning('a\\z', 'm', ['a'], ['a\n']),
    ...meaning('^[[:alpha:][:^ascii:]]$', '', ['z', 'é'], ['1']),
    ...meaning('^[[:upper:]]$', 'i', ['a'], ['1']),
    ...meaning('^[]a-]$', '', [']', '-', 'a'], ['[']),
    ...meaning('^\\x41\\x{1F600}\\o{102}\\cA\\e$', '', ['A😀B\x01\x1b'], []),
    ...meaning('^\\Qa.b\\E.$', '', ['a.bc'], ['axbc']),
    ...meaning('^a{,b}{$', '', ['a{,b}{'], []),
    ...meaning("^(?P<x>a)(?'y'b)\\k<x>(?P=y)\\1$", '', ['ababa'], []),
    ...meaning('^\\p{Lu}\\P{L}\\pN$', '', ['É-٣'], ['é-1']),
    ...meaning('^\\p{Han}\\P{Greek}$', '', ['漢a'], ['aa', '漢α']),
    ...meaning('(?<=a|bc)d(?!e)', '', ['ad', 'bcd'], ['cd', 'ade']),
    // PCRE2 knows some of these, but JavaScript cannot say them, or means something else.
    ...[
      '(?<=a+)b',
      '(?>a)',
      'a++',
      '(?|a)',
      '(?R)',
      '\\Ka',
      '\\X',
      '\\G',
      '\\y',
      '[\\w-z]',
      '(?(1)a)',
      '(*F)',
    ]
      .concat(
        '(a*)*',
        '(?:|a)+',
        '(?:a??)?',
        '\\b?',
        '((a)|b)+',
        '(a)|\\1',
        '(?<a>x)(?<a>y)',
        '[[:foo:]]',
        '[[.a.]]',
      )
      .map((regex): Row => [$regexMatch('a', regex), refused(51111)]),
  ],
  regexFind: [
    [{ $regexFind: { input: '😀ab12', regex: /(\d)(\d)|(x)/ } }, found('12', 3, '1', '2', null)],
    [{ $regexFind: { input: 'a', regex: 'b' } }, null],
  ],
  regexFindAll: [
    [{ $regexFindAll: { input: 'a😀ba', regex: 'a' } }, [found('a', 0), found('a', 3)]],
    [{ $regexFindAll: { input: '😀a', regex: 'a*' } }, [found('', 0), found('a', 1)]],
    [{ $regexFindAll: { input: '', regex: '()' } }, [found('', 0, '')]],
    [{ $regexFindAll: { input: 'ab', regex: { $literal: '$' } } }, [found('', 2)]],
    [{ $regexFindAll: { input: null, regex: 'a' } }, []],
  ],
});
