'use client';

import { FileUp } from 'lucide-react';
import { type DragEvent, useId, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { inputStyle } from '@/components/ui/field';
import { cx } from '@/lib/cx';
import { LARGEST_RECIPE, recipeFormat } from './recipe-format';

interface Props {
  readonly text: string;
  readonly disabled: boolean;
  readonly invalid: boolean;
  readonly onChange: (text: string) => void;
}

/** A recipe's text: typed, pasted, chosen as a file or dropped. */
export function RecipeEditor({ text, disabled, invalid, onChange }: Props) {
  const id = useId();
  const file = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const read = async (chosen: File | undefined) => {
    if (!chosen) return;
    if (chosen.size > LARGEST_RECIPE) {
      setProblem(`${chosen.name} has more than 256 KiB; a recipe is a short document. Choose another file.`);
      return;
    }
    setProblem(null);
    onChange(await chosen.text());
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void read(event.dataTransfer.files[0]);
  };
  return (
    <div className="space-y-2">
      <div className="flex flex-wrap items-center justify-between gap-2">
        <label htmlFor={id} className="text-sm font-medium">
          Recipe <span className="font-normal text-muted">({text.trim() ? recipeFormat(text) : 'YAML or JSON'})</span>
        </label>
        <input
          ref={file}
          type="file"
          accept=".yaml,.yml,.json,text/yaml,application/json"
          className="sr-only"
          tabIndex={-1}
          aria-hidden
          onChange={(event) => {
            void read(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
        <Button size="small" disabled={disabled} onClick={() => file.current?.click()}>
          <FileUp aria-hidden /> Open a file
        </Button>
      </div>
      <textarea
        id={id}
        value={text}
        disabled={disabled}
        aria-invalid={invalid}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        placeholder={'version: 1\nname: …\n\nType or paste a recipe, or drop a file here.'}
        className={cx(
          inputStyle,
          'block min-h-[26rem] resize-y py-2.5 font-mono text-xs leading-5 whitespace-pre',
          over && 'border-accent bg-accent-soft',
        )}
      />
      {problem ? (
        <p role="alert" className="text-sm text-bad">
          {problem}
        </p>
      ) : null}
    </div>
  );
}
