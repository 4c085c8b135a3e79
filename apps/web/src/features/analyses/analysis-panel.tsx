import Link from 'next/link';
import { Panel } from '@/components/ui/card';
import { RoleChip } from '@/components/ui/role-chip';
import type { AnalysisFieldsFragment, AnalysisLineFragment } from '@/gql/graphql';
import { count, plural } from '@/lib/format';
import { routes } from '@/lib/routes';
import { AnalysisContent } from './analysis-content';

/** One analysis: the question, what its numbers are, what they were taken on, the picture, and what it cost. */
export function AnalysisPanel(props: {
  slug: string;
  analysis: AnalysisFieldsFragment;
  soup?: string | null;
  alone?: boolean;
}) {
  const { slug, analysis, soup = null, alone = false } = props;
  const { id, name, question, definition, source, content, subjects, evaluations } = analysis;
  return (
    <Panel
      title={alone ? 'What was found' : question}
      note={definition}
      aside={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-muted">
          {alone ? null : (
            <Link href={routes.analysis(slug, id)} className="link font-mono">
              {name}
            </Link>
          )}
          <Examined analysis={analysis} />
        </span>
      }
    >
      {content ? (
        <AnalysisContent content={content} subjects={subjects} soup={soup} />
      ) : (
        <p className="text-sm text-muted">
          Another version of Stockpot wrote this document; this one cannot draw it. The document itself is in the API.
        </p>
      )}
      <p className="mt-5 max-w-3xl text-xs text-faint">
        {evaluations
          ? `${plural(evaluations.measured, 'mixture')} evaluated for it, ${count(evaluations.known)} known before. `
          : ''}
        Source: {source}
      </p>
    </Panel>
  );
}

/** On which examples, in which role, and how many; of weights alone, that there are none. */
export function Examined({ analysis }: { analysis: Pick<AnalysisLineFragment, 'examined'> }) {
  const { examined } = analysis;
  if (!examined) return <span>weights alone, no examples</span>;
  const { source, role, n, rows } = examined;
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      {source} {role ? <RoleChip role={role} /> : null}
      <span
        className="tabular"
        title={rows > n ? `${count(n)} images, each in ${rows / n} corrupted versions` : `${count(n)} examples`}
      >
        n = {count(n)}
        {rows > n ? ` × ${rows / n}` : ''}
      </span>
    </span>
  );
}
