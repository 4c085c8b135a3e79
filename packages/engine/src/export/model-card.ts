import type { SoupCertificate } from '../soups/certificate.js';
import type { EncodedNetwork, FilePrecision } from './encode-network.js';
import type { Comparison, FileScores, Speed } from './measure.js';
import type { ExportSubject } from './subject.js';

/** A score that the model was given when it was cooked. */
export interface CookedScore {
  readonly benchmark: string;
  readonly n: number;
  readonly top1: number;
  readonly low: number;
  readonly high: number;
}

/** What a card says beside the numbers of the export. Null is said as not known. */
export interface CardFacts {
  readonly name: string;
  /** What the model is: 'a soup of 8 ingredients', 'an ingredient'. */
  readonly what: string;
  /** Where it came from: a recipe with its plan, or a file. */
  readonly origin: string;
  /** Where the stock came from, if the checkpoint says. */
  readonly source: string | null;
  readonly license: string | null;
  /** SHA-256 of the checkpoint. */
  readonly content: string;
  readonly certificate: { readonly facts: SoupCertificate; readonly sha256: string } | null;
  readonly scores: readonly CookedScore[];
  readonly data: readonly string[];
}

export interface CardNumbers extends Readonly<ExportSubject['card']> {
  /** What an example is called, and one that the file is timed with. */
  readonly many: string;
  readonly one: string;
  readonly precision: FilePrecision;
  readonly encoded: Pick<EncodedNetwork, 'batch' | 'because'>;
  readonly bytes: number;
  readonly originalBytes: number;
  readonly sha256: string;
  readonly parameters: number;
  readonly classes: readonly string[] | null;
  readonly outputs: number;
  readonly output: 'logits' | 'features';
  readonly comparison: Comparison | null;
  readonly speed: Speed;
  readonly originalSpeed: Speed;
  readonly calibration: string | null;
  readonly kept: readonly string[];
  readonly version: string;
}

/** README.md of an exported model. */
export function modelCard(facts: CardFacts, numbers: CardNumbers): string {
  return `${[
    ...frontMatter(facts, numbers),
    `# ${text(facts.name)}`,
    '',
    `${sentence(facts.what)} for ${numbers.many}, as an ONNX file that any runtime reads. Cooked with Stockpot.`,
    '',
    ...whatItIs(facts, numbers),
    ...ingredients(facts),
    ...scores(facts, numbers),
    ...usage(numbers),
    ...licence(facts),
  ].join('\n')}\n`;
}

function frontMatter({ license }: CardFacts, { precision, pipeline }: CardNumbers): string[] {
  return [
    '---',
    `license: ${license === null ? 'unknown' : JSON.stringify(license)}`,
    'library_name: onnx',
    `pipeline_tag: ${pipeline}`,
    `tags: [stockpot, model-soup, onnx, ${precision}]`,
    '---',
    '',
  ];
}

function whatItIs(facts: CardFacts, numbers: CardNumbers): string[] {
  const { precision, bytes, originalBytes, sha256, parameters, encoded, many, calibration, kept } = numbers;
  const batch =
    encoded.batch === null ? `any number of ${many}` : `${encoded.batch} of the ${many} at once (${encoded.because})`;
  return [
    '## What it is',
    '',
    '| | |',
    '| --- | --- |',
    `| from | ${text(facts.origin)} |`,
    ...(facts.source === null ? [] : [`| the stock came from | ${text(facts.source)} |`]),
    `| checkpoint | SHA-256 \`${facts.content}\` |`,
    `| numbers | ${whole(parameters)} |`,
    `| file | \`model.onnx\`, ${precision}, ${size(bytes)} (f32: ${size(originalBytes)}), SHA-256 \`${sha256}\` |`,
    `| input | ${numbers.takes}: ${batch} |`,
    `| output | \`${numbers.output}\` f32 [batch, ${numbers.outputs}] |`,
    ...(calibration === null ? [] : [`| ranges measured on | ${text(calibration)} |`]),
    ...(kept.length === 0 ? [] : [`| kept in f32 | ${kept.map(code).join(', ')} |`]),
    `| made by | Stockpot ${numbers.version} |`,
    '',
  ];
}

function ingredients({ certificate }: CardFacts): string[] {
  if (certificate === null) return [];
  const {
    method,
    parameters,
    ingredients: members,
    base,
    coefficients,
    seed,
    mixing,
    chosen,
    notes,
  } = certificate.facts;
  const inputs = base === null ? members : [...members, base];
  const settings = Object.entries(parameters).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return [
    '## What is in it',
    '',
    `Mixed by ${code(method)}${settings.length === 0 ? '' : ` (${text(settings.join(', '))})`}${seed === null ? '' : `, seed ${seed}`}. ${readAs[mixing]}`,
    `The certificate (SHA-256 of its JSON \`${certificate.sha256}\`) names every ingredient and every tensor; \`stockpot verify\` holds the soup against it.`,
    '',
    '| ingredient | coefficient | SHA-256 |',
    '| --- | ---: | --- |',
    ...inputs.map(
      ({ name, content }, i) =>
        `| ${text(name)}${base !== null && i === members.length ? ' (stock)' : ''} | ${Number(coefficients[i]?.toPrecision(6))} | \`${content}\` |`,
    ),
    '',
    ...(chosen === undefined || chosen.examples !== undefined
      ? []
      : [`Chosen by ${code(chosen.method)} among ${chosen.pool.length}.`, '']),
    ...(chosen?.examples === undefined
      ? []
      : [
          `Chosen by ${code(chosen.method)} on ${whole(chosen.examples.n)} examples (${text(chosen.examples.from)}), which are spent: a score on them says nothing about this model.`,
          '',
        ]),
    ...notes.flatMap((note) => [text(note), '']),
  ];
}

const readAs: Readonly<Record<SoupCertificate['mixing'], string>> = {
  linear: 'Every tensor is the sum of coefficient · ingredient.',
  'by tensor': 'Each tensor has coefficients of its own; these are their means.',
  nominal: 'The method is no linear combination; these are the weights that it was given.',
};

function scores({ scores: cooked, data }: CardFacts, numbers: CardNumbers): string[] {
  const { comparison, speed, originalSpeed, bytes, originalBytes, precision, one, many } = numbers;
  const lines = ['## How good it is', ''];
  if (comparison === null) {
    lines.push(
      numbers.output === 'features'
        ? 'It gives features: without a head it has no accuracy.'
        : 'The accuracy of this file was not measured: no examples were given when it was exported.',
      '',
    );
  } else {
    const { n, distinct, examples, original, exported, difference, agreement, largestDifference } = comparison;
    const counted = distinct === n ? `n = ${whole(n)}` : `${whole(distinct)} ${many}, each counted once`;
    lines.push(
      `Measured on ${text(examples)}, by running this file:`,
      '',
      '| | the model | this file |',
      '| --- | ---: | ---: |',
      `| top-1, 95 % interval | ${interval(original)} | ${interval(exported)} |`,
      `| negative log-likelihood | ${original.nll.toFixed(4)} | ${exported.nll.toFixed(4)} |`,
      `| expected calibration error | ${original.ece.toFixed(4)} | ${exported.ece.toFixed(4)} |`,
      `| Brier score | ${original.brier.toFixed(4)} | ${exported.brier.toFixed(4)} |`,
      '',
      `The difference is ${signed(difference.top1)} points (95 %: ${signed(difference.low)} to ${signed(difference.high)}, paired, ${counted}). ` +
        `Both say the same class for ${percent(agreement)} % of the ${many}; no logit differs by more than ${largestDifference.toPrecision(3)}.`,
      '',
    );
  }
  lines.push(
    `| | f32 | ${precision} |`,
    '| --- | ---: | ---: |',
    `| size | ${size(originalBytes)} | ${size(bytes)} |`,
    `| one ${one} | ${originalSpeed.one.toFixed(2)} ms | ${speed.one.toFixed(2)} ms |`,
    ...(speed.perSecond === null || originalSpeed.perSecond === null
      ? []
      : [
          `| ${many} a second | ${whole(Math.round(originalSpeed.perSecond))} | ${whole(Math.round(speed.perSecond))} |`,
        ]),
    '',
    `Times are medians of onnxruntime on ${speed.threads} ${speed.threads === 1 ? 'thread' : 'threads'} of the machine that exported it; another one has others.`,
    '',
  );
  if (cooked.length > 0) {
    lines.push(
      'Of the model, when it was cooked (95 % intervals):',
      '',
      '| benchmark | n | top-1 |',
      '| --- | ---: | ---: |',
      ...cooked.map((score) => `| ${text(score.benchmark)} | ${whole(score.n)} | ${interval(score)} |`),
      '',
    );
  }
  if (data.length > 0) lines.push('## Data', '', ...data.map((line) => `- ${text(line)}`), '');
  return lines;
}

function usage({ use, output }: CardNumbers): string[] {
  return ['## How to use it', '', ...use(output), '', `\`export.json\` has the numbers of this page for programs.`, ''];
}

function licence({ license, source }: CardFacts): string[] {
  const from = source === null ? 'the stock that it was fine-tuned from' : `its stock (${text(source)})`;
  return [
    '## Licence',
    '',
    license === null
      ? `Not stated. It follows from ${from} and from the data; say it with \`stockpot export --license\` before this is published.`
      : `${text(license)}, as stated by who exported it. It must agree with that of ${from} and of the data.`,
  ];
}

function interval({ top1, low, high }: Pick<FileScores, 'top1' | 'low' | 'high'>): string {
  return `${percent(top1)} % (${percent(low)} to ${percent(high)})`;
}

function percent(share: number): string {
  return (100 * share).toFixed(2);
}

function signed(share: number): string {
  return `${share < 0 ? '−' : '+'}${(100 * Math.abs(share)).toFixed(2)}`;
}

function whole(value: number): string {
  return value.toLocaleString('en-US');
}

function size(bytes: number): string {
  return bytes >= 1e6 ? `${(bytes / 1e6).toFixed(2)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;
}

function sentence(words: string): string {
  const clean = text(words);
  return `${clean.charAt(0).toUpperCase()}${clean.slice(1)}`;
}

/** The same where it is to be read letter by letter. */
function code(value: string): string {
  return `\`${value.replace(/[`|\p{Cc}\p{Cf}]/gu, ' ')}\``;
}

/** A text out of a file or a name, as one line that Markdown shows as it is. */
function text(value: string): string {
  return value.replace(/[\p{Cc}\p{Cf}]/gu, ' ').replace(/[\\`*_{}[\]<>|#]/g, '\\$&');
}
