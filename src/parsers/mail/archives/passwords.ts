import { MAIL_LIMITS } from "../limits.ts";

const AFTER =
  /(?:pass(?:word|code|wort|phrase)?|pwd|pw|kennwort|senha|contrase(?:n|ñ)a|mot de passe|clave|wachtwoord|parola|has(?:l|ł)o|пароль|密码|密碼|解压密码|パスワード|비밀번호|암호|كلمة (?:ال)?(?:مرور|سر)|pin|code)\s*(?:is|ist|est|es|(?:é)|为|是|は|:|：|=|-)*\s*["'“”„«»「『(<]?\s*([^\s"'“”„«»」』)>,;]{1,64})/giu;
const COMMON = ["infected", "1234", "12345", "123456", "password"];

/**
 * Words of a message that may open its archives: what follows a word for password in any of the usual languages first, then words with a digit or a
 * mark in them, then short tokens, then some that everybody uses. At most 40, distinct.
 */
export function passwordWords(subject: string, text: string, names: readonly string[]): string[] {
  const all = `${subject}\n${text.slice(0, 20_000)}`;
  const words = new Set<string>();
  const add = (word: string): void => {
    if (word !== "" && words.size < MAIL_LIMITS.passwords - COMMON.length) words.add(word);
    const bare = word.replace(/[.!?。]+$/, "");
    if (bare !== "" && words.size < MAIL_LIMITS.passwords - COMMON.length) words.add(bare);
  };
  for (const match of all.matchAll(AFTER)) add(match[1] ?? "");
  const tokens = all.split(/[\s"'“”„«»「」『』()<>,;：:]+/).filter((t) => t.length >= 3 && t.length <= 40 && !/^https?/i.test(t));
  for (const token of tokens) if (/\d/.test(token) && /[^\d.,]|^\d{4,8}$/.test(token)) add(token);
  for (const token of tokens) if (/[!@#$%^&*_]/.test(token)) add(token);
  for (const name of names) add(name.replace(/\.[^.]+$/, ""));
  for (const word of COMMON) words.add(word);
  return [...words].slice(0, MAIL_LIMITS.passwords);
}
