import { type FormEvent, useState } from 'react';

interface LineFormProps {
  readonly label: string;
  readonly placeholder: string;
  readonly button: string;
  readonly take: (line: string) => void;
}

/** One line to write, and a button that sends it. */
export function LineForm({ label, placeholder, button, take }: LineFormProps) {
  const [line, setLine] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    take(line);
    setLine('');
  };
  return (
    <form onSubmit={submit}>
      <input
        aria-label={label}
        placeholder={placeholder}
        value={line}
        onChange={(event) => setLine(event.target.value)}
      />
      <button type="submit">{button}</button>
    </form>
  );
}
