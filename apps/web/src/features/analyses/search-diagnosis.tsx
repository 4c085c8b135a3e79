import { Facts } from '@/components/ui/facts';
import { Findings } from '@/features/soup-analysis/diagnosis-panel';
import { percent } from '@/lib/format';
import type { ContentOf, Subjects } from './content';

/** Why a search kept what it kept, with the barriers to its first model where they were measured. */
export function SearchDiagnosis({ content, subjects }: { content: ContentOf<'SearchDiagnosis'>; subjects: Subjects }) {
  const { diagnosis, barriersToFirst } = content;
  const measured = subjects.flatMap(({ name }, place) => {
    const barrier = barriersToFirst?.[place];
    return barrier == null ? [] : [{ name, value: `${percent(barrier)} points` }];
  });
  return (
    <div className="space-y-5">
      <p className="max-w-3xl text-sm">{diagnosis.summary}</p>
      <Findings findings={diagnosis.findings} />
      {measured.length > 0 ? (
        <div className="max-w-md">
          <h3 className="mb-2 text-sm font-medium">Error barrier to the first model of the soup</h3>
          <Facts facts={measured} />
        </div>
      ) : null}
    </div>
  );
}
