import type { Transduction } from '@/gql/graphql';

const WORDS: Record<Transduction, { readonly mark: string; readonly title: string }> = {
  JOINT: {
    mark: 'joint',
    title: 'Transductive, joint: the model was trained, without labels, on the very images that it is scored on.',
  },
  DISJOINT: {
    mark: 'disjoint',
    title: 'Transductive, disjoint: the model was trained, without labels, on other images of the same shift.',
  },
};

/** Says beside a score that the model saw something of the images without labels; nothing where it did not. */
export function TransductionMark({ transduction }: { transduction: Transduction | null | undefined }) {
  if (!transduction) return null;
  const { mark, title } = WORDS[transduction];
  return (
    <span className="rounded border border-line px-1 text-2xs whitespace-nowrap text-warn" title={title}>
      {mark}
    </span>
  );
}
