/** Whether a text is the id of a vulnerability as the CVE Program writes it: `CVE-2024-3094`. */
export function isCve(text: string): boolean {
  return text.length <= 28 && /^CVE-\d{4}-\d{4,19}$/.test(text);
}
