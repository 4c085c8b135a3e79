import { Panel } from '@/components/ui/card';
import { percent, plural } from '@/lib/format';
import { type Answer, membersText, questionText } from './question-text';

/** What other searches over the same pool would have found. */
export function WhatIfPanel({ answers }: { answers: readonly Answer[] }) {
  const answered = answers.filter((answer) => answer.answered).length;
  return (
    <Panel
      title="What if it had been searched otherwise?"
      note={`Replayed from scores that this lab has stored on the selection split; nothing was evaluated. ${answered} of ${answers.length} questions can be answered by them.`}
      flush
    >
      <div className="overflow-x-auto">
        <table className="w-full text-left text-sm">
          <thead>
            <tr className="border-b border-line text-xs whitespace-nowrap text-muted">
              <th scope="col" className="px-4 py-2 font-medium sm:px-5">
                Search
              </th>
              <th scope="col" className="hidden px-4 py-2 font-medium sm:table-cell">
                It would have found
              </th>
              <th scope="col" className="px-4 py-2 text-right font-medium">
                Score, %
              </th>
              <th scope="col" className="hidden px-4 py-2 font-medium sm:table-cell sm:pr-5">
                Beside this soup
              </th>
            </tr>
          </thead>
          <tbody>
            {answers.map((answer) => (
              <tr key={questionText(answer)} className="border-b border-line align-top last:border-0">
                <th scope="row" className="px-4 py-2.5 font-medium sm:px-5">
                  {questionText(answer)}
                  <span className="mt-0.5 block font-normal sm:hidden">
                    <Found answer={answer} />
                    {answer.same == null ? null : `; ${besides(answer.same)}`}
                  </span>
                </th>
                <td className="hidden px-4 py-2.5 sm:table-cell">
                  <Found answer={answer} />
                </td>
                <td className="tabular px-4 py-2.5 text-right">
                  {answer.score == null ? <span className="text-faint">–</span> : percent(answer.score)}
                </td>
                <td className="hidden px-4 py-2.5 whitespace-nowrap sm:table-cell sm:pr-5">
                  {answer.same == null ? <span className="text-faint">–</span> : besides(answer.same)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Found({ answer }: { answer: Answer }) {
  if (answer.answered) return `${plural(answer.members.length, 'ingredient')}: ${membersText(answer.members)}`;
  return <span className="text-muted">not known: the soup of {membersText(answer.missing)} was never evaluated</span>;
}

function besides(same: boolean): string {
  return same ? 'the same soup' : 'another soup';
}
