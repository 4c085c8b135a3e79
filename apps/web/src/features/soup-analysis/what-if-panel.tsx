import { Panel } from '@/components/ui/card';
import { Cell, HeadCell, Row, RowHead, Table, TableHead } from '@/components/ui/table';
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
      <Table spacing="flush">
        <TableHead className="whitespace-nowrap">
          <HeadCell>Search</HeadCell>
          <HeadCell hideBelow="sm">It would have found</HeadCell>
          <HeadCell align="right">Score, %</HeadCell>
          <HeadCell hideBelow="sm">Beside this soup</HeadCell>
        </TableHead>
        <tbody>
          {answers.map((answer) => (
            <Row key={questionText(answer)} className="align-top">
              <RowHead className="font-medium">
                {questionText(answer)}
                <span className="mt-0.5 block font-normal sm:hidden">
                  <Found answer={answer} />
                  {answer.same == null ? null : `; ${besides(answer.same)}`}
                </span>
              </RowHead>
              <Cell hideBelow="sm">
                <Found answer={answer} />
              </Cell>
              <Cell number>{answer.score == null ? <span className="text-faint">–</span> : percent(answer.score)}</Cell>
              <Cell hideBelow="sm" className="whitespace-nowrap">
                {answer.same == null ? <span className="text-faint">–</span> : besides(answer.same)}
              </Cell>
            </Row>
          ))}
        </tbody>
      </Table>
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
