/**
 * Compares versions such as `2`, `010`, `1.2.10`: component by component as integers of any size, what is missing
 * counting as 0. So `1`, `01` and `1.0` are equal.
 */
export function compareVersions(a: string, b: string): number {
  if (!a.includes('.') && !b.includes('.')) return compareDigits(a, b);
  const left = a.split('.');
  const right = b.split('.');
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const order = compareDigits(left[at] ?? '0', right[at] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

/** The same text for versions that are equal. */
export function normalVersion(version: string): string {
  if (!version.includes('.')) return withoutZeros(version);
  const parts = version.split('.').map(withoutZeros);
  while (parts.length > 1 && parts.at(-1) === '0') parts.pop();
  return parts.join('.');
}

function compareDigits(a: string, b: string): number {
  const left = withoutZeros(a);
  const right = withoutZeros(b);
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}

function withoutZeros(digits: string): string {
  return digits.startsWith('0') ? digits.replace(/^0+(?=.)/, '') : digits;
}
