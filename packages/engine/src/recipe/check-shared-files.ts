import { canonicalJson } from '../json.js';
import type { DocumentIssue } from './issues.js';
import type { SplitRole } from './parameters.js';
import type { Recipe } from './schema.js';

/** What a split is good for: to learn from, to choose by, to judge by. */
const USES: Readonly<Record<SplitRole, 'learn' | 'choose' | 'judge'>> = {
  unlabeled: 'learn',
  train: 'learn',
  selection: 'choose',
  test: 'judge',
  shift: 'judge',
};

interface NamedSplit {
  readonly reference: string;
  readonly path: DocumentIssue['path'];
  /** The example set of the files that it is taken from. */
  readonly from: string;
  readonly role: SplitRole;
}

/**
 * Splits of one dataset are disjoint by construction. Two datasets may name the same files, and part them each in its own way:
 * what one learns from may be what the other judges by.
 */
export function checkSharedFiles(recipe: Recipe): DocumentIssue[] {
  const bySource = new Map<string, NamedSplit[]>();
  const issues: DocumentIssue[] = [];
  for (const [dataset, { source, splits }] of Object.entries(recipe.datasets)) {
    const key = canonicalJson(source);
    const earlier = bySource.get(key) ?? [];
    const own = Object.entries(splits).map(([name, { from, role }]): NamedSplit => {
      return { reference: `${dataset}/${name}`, path: ['datasets', dataset, 'splits', name], from, role };
    });
    for (const split of own) {
      const other = earlier.find(({ from, role }) => from === split.from && USES[role] !== USES[split.role]);
      if (other === undefined) continue;
      issues.push({
        path: split.path,
        message: `its role is ${split.role}, and '${other.reference}' (${other.role}) takes the ${split.from} examples of the same files, so the two may share examples. Make both splits of one dataset, which keeps them apart.`,
      });
    }
    bySource.set(key, [...earlier, ...own]);
  }
  return issues;
}
