import { Facts } from '@/components/ui/facts';
import { type ContentOf, namesAt, type Subjects } from './content';
import { worthText } from './worth-text';

/** What another search over the same pool would have found. */
export function ReplayedSearch(props: {
  content: ContentOf<'ReplayedSearch'>;
  subjects: Subjects;
  /** The soup that was really cooked. */
  soup: string | null;
}) {
  const { content, subjects, soup } = props;
  const { question, metric, answered, found, foundWorth, cookedWorth, same, missing } = content;
  return (
    <div className="max-w-2xl space-y-4">
      <p className="text-sm">
        {answered
          ? same === true
            ? `It would have found the soup that was cooked.`
            : 'It would have found another soup.'
          : `The known scores do not say: the soup of ${namesAt(subjects, missing ?? [])} would have to be evaluated first.`}
      </p>
      <Facts
        facts={[
          { name: 'Asked', value: questionWords(question) },
          ...(answered ? [{ name: 'Found', value: namesAt(subjects, found ?? []) }] : []),
          ...(foundWorth == null ? [] : [{ name: 'Worth of it', value: worthText(metric, foundWorth) }]),
          ...(cookedWorth == null
            ? []
            : [{ name: `Worth of ${soup ?? 'the soup'}`, value: worthText(metric, cookedWorth) }]),
        ]}
      />
    </div>
  );
}

/** "greedy, accept >=, order given": the question's own words, the method first. */
function questionWords({ method, ...rest }: Readonly<Record<string, unknown>>): string {
  return [String(method), ...Object.entries(rest).map(([key, value]) => `${key} ${String(value)}`)].join(', ');
}
