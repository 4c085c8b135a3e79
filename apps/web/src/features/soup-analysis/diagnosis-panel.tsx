import { Panel } from '@/components/ui/card';
import type { SoupAnalysisQuery } from '@/gql/graphql';

type Diagnosis = NonNullable<NonNullable<SoupAnalysisQuery['soup']>['diagnosis']>;

/** What a finding is about, as a heading. */
const TITLES: Readonly<Record<string, string>> = {
  'nothing-to-add': 'Nothing to add',
  ties: 'Ties',
  barrier: 'A barrier',
  'learning-rate': 'Learning rate',
  'weaker-alone': 'Weaker alone',
  'selection-too-small': 'Selection split too small',
  unexplained: 'Unexplained',
};

/** Why the greedy recipe kept what it kept. */
export function DiagnosisPanel({ diagnosis }: { diagnosis: Diagnosis }) {
  const { kept, summary, findings } = diagnosis;
  return (
    <Panel title={kept === 1 ? 'Why did greedy keep one model?' : 'What does the choice rest on?'} note={summary}>
      <Findings findings={findings} />
      <p className="mt-4 max-w-3xl text-xs text-faint">
        Findings fit what happened; they do not prove its cause. Barriers need networks: an analysis of kind why in the
        recipe measures them.
      </p>
    </Panel>
  );
}

/** The findings of a diagnosis, each under its heading. */
export function Findings({ findings }: { findings: readonly { readonly kind: string; readonly sentence: string }[] }) {
  if (findings.length === 0) {
    return <p className="text-sm text-muted">The stored scores show nothing that stands against the choice.</p>;
  }
  return (
    <ul className="space-y-4">
      {findings.map(({ kind, sentence }) => (
        <li key={kind} className="max-w-3xl">
          <h3 className="text-sm font-medium">{TITLES[kind] ?? kind}</h3>
          <p className="mt-0.5 text-sm text-pretty text-muted">{sentence}</p>
        </li>
      ))}
    </ul>
  );
}
