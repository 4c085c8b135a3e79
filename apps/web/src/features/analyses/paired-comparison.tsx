import { Facts } from '@/components/ui/facts';
import { count, percent, points, probability } from '@/lib/format';
import type { ContentOf, Subjects } from './content';
import { signedNats } from './nats-text';

/** Two models on the same examples: who is right where, and whether the difference is more than chance. */
export function PairedComparison({
  content,
  subjects,
}: {
  content: ContentOf<'PairedComparison'>;
  subjects: Subjects;
}) {
  const { accuracies, both, onlyFirst, onlySecond, neither, accuracyDifference, lossDifference, confidence } = content;
  const [first, second] = [subjects[0]?.name ?? 'the first', subjects[1]?.name ?? 'the second'];
  const interval = `${percent(confidence ?? 0, 0)} % interval`;
  return (
    <div className="max-w-2xl">
      <Facts
        facts={[
          { name: `Right: ${first}`, value: `${percent(accuracies[0] ?? 0)} %` },
          { name: `Right: ${second}`, value: `${percent(accuracies[1] ?? 0)} %` },
          {
            name: `Difference, points, with its ${interval}`,
            value: `${points(accuracyDifference.value)} (${points(accuracyDifference.lower)} to ${points(accuracyDifference.upper)})`,
          },
          {
            name: accuracyDifference.method === 'mcnemar' ? 'p, McNemar’s exact test' : 'p, Student’s test by example',
            value: probability(accuracyDifference.p),
          },
          { name: 'Answers that both get right, or neither', value: `${count(both)}, ${count(neither)}` },
          { name: `Answers that only ${first} gets right`, value: count(onlyFirst) },
          { name: `Answers that only ${second} gets right`, value: count(onlySecond) },
          ...(lossDifference
            ? [
                {
                  name: `Difference of the losses, nats, with its ${interval}`,
                  value: `${signedNats(lossDifference.value)} (${signedNats(lossDifference.lower)} to ${signedNats(lossDifference.upper)})`,
                },
              ]
            : []),
        ]}
      />
    </div>
  );
}
