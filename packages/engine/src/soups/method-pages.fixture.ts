/** @file The pages of docs/soups, written from the tables of methods. `npm run method-pages` writes them, a test holds them. */
import { isMixingMethod, type MethodOption, mixingMethods } from './methods/index.js';
import { type DataMethodName, dataMethods, isDataMethod } from './on-data/data-methods.js';

interface Row {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly formula: string;
  readonly options: readonly MethodOption[];
  /** What follows `stockpot soup`; a test of the command line runs it. */
  readonly example: string;
  /** What it takes, in sentences. */
  readonly takes: string;
  /** The same in a recipe, as the value of a soup's name. */
  readonly recipe: string;
  /** The page that says more, and its title. */
  readonly more: readonly [file: string, title: string];
}

const WEIGHTS = ['mixing-methods.md', 'Methods of mixing: formulas, sources, defaults'] as const;
const LINEAR = ['soups.md', 'Soups of files'] as const;
const CHOOSING = ['choosing-soups.md', 'Choosing soups'] as const;
const LINEAR_METHODS = ['uniform', 'weighted', 'wise-ft', 'ema', 'swa', 'lawa'];

/** How a method that looks at data is called in recipes, with what it cannot do without. */
const IN_RECIPES: Readonly<Record<DataMethodName, string>> = {
  greedy: 'method: greedy, ingredients: [ft], select: selection',
  'random-order': 'method: greedy, order: random, seed: 3, ingredients: [ft], select: selection',
  greedier: 'method: greedier, ingredients: [ft], select: selection',
  pruned: 'method: pruned, ingredients: [ft], select: selection',
  learned: 'method: learned, by: tensor, epochs: 2, ingredients: [ft], select: selection',
  'instant-seasoning': 'method: instant-seasoning, draws: 5, ingredients: [ft], select: selection',
  'self-seasoning': 'method: self-seasoning, epochs: 2, ingredients: [ft], select: selection',
  fisher: 'method: fisher, ingredients: [ft], select: selection',
  regmean: 'method: regmean, ingredients: [ft], select: selection',
};

/** Every method that the command line has. */
export function methodRows(): Row[] {
  const mixed = Object.entries(mixingMethods).map(([name, entry]): Row => {
    const { title, source, formula, options, example, least, most, needsBase, random, alongARun } = entry;
    const count = most === least ? `${least}` : most === undefined ? `${least} or more` : `${least} to ${most}`;
    const takes = [
      alongARun === true
        ? 'It takes the checkpoints of one training, in the order in which they were written.'
        : `It takes ${count} ${count === '1' ? 'ingredient' : 'ingredients'}.`,
      ...(needsBase
        ? ['It starts from the stock: `--base`; in a recipe the stock with the head that all began with.']
        : []),
      ...(random === true ? ['It draws random numbers: `--seed`, in recipes `seed`.'] : []),
    ].join(' ');
    const common = { name, title, source, formula, options, example, takes };
    return { ...common, recipe: recipeOf(example), more: LINEAR_METHODS.includes(name) ? LINEAR : WEIGHTS };
  });
  const chosen = Object.entries(dataMethods).map(([name, { title, source, formula, options, example }]): Row => {
    const measured = name === 'fisher' || name === 'regmean';
    const takes = measured
      ? 'It measures each ingredient on the examples of a split: `--data`, `--selection`; in recipes `select`.'
      : 'It looks at a split to choose, and what it looked at is spent: `--data`, `--selection`; in recipes `select`.';
    const recipe = isDataMethod(name) ? IN_RECIPES[name] : '';
    const common = { name, title, source, formula, options, example, takes };
    return { ...common, recipe, more: measured ? WEIGHTS : CHOOSING };
  });
  return [...mixed, ...chosen];
}

/** `ties A.safetensors B.safetensors --base S.safetensors --density 0.2` → `method: ties, ingredients: [ft-00, ft-01], density: 0.2` */
function recipeOf(example: string): string {
  const [name = ''] = example.split(' ');
  const files = [...example.matchAll(/\b([ABC])\.safetensors/g)];
  const along = isMixingMethod(name) && mixingMethods[name]?.alongARun === true;
  const pool = along ? '[run], over: snapshots' : `[${files.map((_, index) => `ft-0${index}`).join(', ')}]`;
  const told = [...example.matchAll(/--([a-z-]+)[ =](\S+)/g)].flatMap(([, option = '', value = '']) => {
    if (option === 'base') return [];
    return [`${option.replaceAll('-', '_')}: ${value.includes(',') ? `[${value.replaceAll(',', ', ')}]` : value}`];
  });
  return [`method: ${name}`, `ingredients: ${pool}`, ...told].join(', ');
}

const dashed = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
const cell = (text: string) => text.replaceAll('|', '\\|');

function page({ name, title, source, formula, options, example, takes, recipe, more: [file, about] }: Row): string {
  const parameters = options.map(({ name: option, words }) => {
    const word = dashed(option);
    return `| \`--${word}\` | \`${word.replaceAll('-', '_')}\` | ${cell(words)} |`;
  });
  const head = ['| option | in recipes | |', '| --- | --- | --- |'];
  return [
    `# ${title}: \`${name}\``,
    '',
    `> ${formula}`,
    '',
    `${source}.`,
    '',
    takes,
    '',
    ...(options.length === 0 ? ['It can be told nothing more.'] : [...head, ...parameters]),
    '',
    '```sh',
    `stockpot soup ${example}`,
    '```',
    '',
    'In a recipe:',
    '',
    '```yaml',
    'soups:',
    `  ${name}: { ${recipe} }`,
    '```',
    '',
    `More: [${about}](../${file}), [all methods](README.md).`,
    '',
  ].join('\n');
}

/** File name → content, of all pages of docs/soups. */
export function methodPages(): ReadonlyMap<string, string> {
  const rows = methodRows();
  const index = [
    '# Methods of making soups',
    '',
    'One page each, written from the tables that the command line and recipes are made of (`npm run method-pages -w @stockpot/engine`).',
    'Tests run every example. θ₀ is the stock, θᵢ ingredient i, τᵢ = θᵢ − θ₀ what it changed, wᵢ its weight.',
    '',
    '| method | |',
    '| --- | --- |',
    ...rows.map(({ name, title, formula }) => `| [${name}](${name}.md) | ${title}: ${cell(formula)} |`),
    '',
    `More: [${LINEAR[1]}](../${LINEAR[0]}), [${WEIGHTS[1]}](../${WEIGHTS[0]}), [${CHOOSING[1]}](../${CHOOSING[0]}).`,
    '',
  ].join('\n');
  return new Map([['README.md', index], ...rows.map((row): [string, string] => [`${row.name}.md`, page(row)])]);
}
