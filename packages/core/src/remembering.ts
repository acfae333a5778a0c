/** Remembers answers to the same question; begins anew when it knows as many as it may. */
export function remembering<Answer>(most = Infinity): (question: string, work: () => Answer) => Answer {
  const known = new Map<string, Answer>();
  return (question, work) => {
    let answer = known.get(question);
    if (answer === undefined) {
      answer = work();
      if (known.size === most) known.clear();
      known.set(question, answer);
    }
    return answer;
  };
}
