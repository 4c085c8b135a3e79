// Prints, for every benchmark, each soup beside the best ingredient of its lab, with 95 % intervals.
//   npx tsx examples/analysis/soup-against-best-ingredient.ts [lab]
import { argv, env } from 'node:process';

interface Score {
  readonly top1: number;
  readonly low: number;
  readonly high: number;
}
interface Row {
  readonly bestIngredient: boolean;
  readonly model: { readonly name: string; readonly kind: string };
  readonly scores: readonly (Score | null)[];
}
interface Answer {
  readonly errors?: readonly { readonly message: string }[];
  readonly data?: {
    readonly leaderboard: {
      readonly columns: readonly { readonly name: string; readonly n: number }[];
      readonly edges: readonly { readonly node: Row }[];
    };
  };
}

const query = `query ($lab: String!) { leaderboard(lab: $lab, first: 100) {
  columns { name n } edges { node { bestIngredient model { name kind } scores { top1 low high } } } } }`;

const response = await fetch(`${env.STOCKPOT_API ?? 'http://127.0.0.1:4000'}/graphql`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ query, variables: { lab: argv[2] ?? 'demo' } }),
});
const answer = (await response.json()) as Answer;
if (answer.data === undefined)
  throw new Error(answer.errors?.[0]?.message ?? `The server answered ${response.status}.`);

const { columns, edges } = answer.data.leaderboard;
const rows = edges.map((edge) => edge.node);
const best = rows.find((row) => row.bestIngredient);
const percent = (score: Score | null | undefined) =>
  score
    ? `${(100 * score.top1).toFixed(2)} % [${(100 * score.low).toFixed(2)}, ${(100 * score.high).toFixed(2)}]`
    : '-';

columns.forEach((column, index) => {
  console.log(`${column.name} (n = ${column.n})`);
  console.log(`  best ingredient ${best?.model.name ?? 'unknown'}: ${percent(best?.scores[index])}`);
  for (const soup of rows.filter((row) => row.model.kind === 'SOUP')) {
    console.log(`  soup ${soup.model.name}: ${percent(soup.scores[index])}`);
  }
});
