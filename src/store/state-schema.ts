/**
 * The state database by steps: each brings it one version forward, and none is ever changed once released.
 * Rows hold pseudonyms of people; `names` is the only table with names (S20).
 */
export const STATE_STEPS: readonly string[] = [
  // 1: alerts, people, audit, entities, sources.
  `
  CREATE TABLE alerts (
    id TEXT PRIMARY KEY, time REAL NOT NULL, created REAL NOT NULL, model TEXT NOT NULL, model_version INTEGER NOT NULL, category TEXT NOT NULL,
    compliance INTEGER NOT NULL, priority INTEGER NOT NULL, score REAL NOT NULL, entity_id TEXT NOT NULL, entity_ip TEXT, entity_hostname TEXT,
    entity TEXT NOT NULL, peers TEXT NOT NULL, mitre TEXT NOT NULL, tags TEXT NOT NULL, title TEXT NOT NULL, why TEXT NOT NULL, events TEXT NOT NULL,
    event_count INTEGER NOT NULL, incident TEXT, acknowledged_by TEXT, acknowledged_at REAL
  ) STRICT;
  CREATE INDEX alerts_time ON alerts (time);
  CREATE INDEX alerts_entity ON alerts (entity_id, model, time);
  CREATE INDEX alerts_model ON alerts (model, time);
  CREATE TABLE cited (id TEXT PRIMARY KEY, time REAL NOT NULL, record TEXT NOT NULL, raw TEXT NOT NULL) STRICT;
  CREATE TABLE alert_events (alert TEXT NOT NULL, event TEXT NOT NULL, place INTEGER NOT NULL, PRIMARY KEY (alert, event)) STRICT, WITHOUT ROWID;
  CREATE INDEX alert_events_event ON alert_events (event);
  CREATE TABLE comments (id INTEGER PRIMARY KEY, alert TEXT NOT NULL, time REAL NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL) STRICT;
  CREATE INDEX comments_alert ON comments (alert);
  CREATE TABLE snoozes (
    id TEXT PRIMARY KEY, model TEXT NOT NULL, entity TEXT NOT NULL, until REAL NOT NULL, why TEXT NOT NULL, by TEXT NOT NULL, created REAL NOT NULL, ended REAL
  ) STRICT;
  CREATE INDEX snoozes_what ON snoozes (model, entity);
  CREATE TABLE incidents (
    id TEXT PRIMARY KEY, start REAL NOT NULL, end REAL NOT NULL, score REAL NOT NULL, over_budget INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX incidents_end ON incidents (end);
  CREATE TABLE devices (
    id TEXT PRIMARY KEY, ip TEXT, hostname TEXT, mac TEXT, first_seen REAL NOT NULL, last_seen REAL NOT NULL, roles TEXT NOT NULL, identity TEXT NOT NULL
  ) STRICT;
  CREATE TABLE hours (entity TEXT NOT NULL, start REAL NOT NULL, end REAL NOT NULL, unusual REAL NOT NULL, p REAL NOT NULL, why TEXT NOT NULL,
    PRIMARY KEY (entity, start)) STRICT, WITHOUT ROWID;
  CREATE INDEX hours_start ON hours (start);
  CREATE TABLE notices (id TEXT PRIMARY KEY, time REAL NOT NULL, entity TEXT NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX notices_entity ON notices (entity, time);
  CREATE TABLE sources (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
  CREATE TABLE rejected (n INTEGER PRIMARY KEY, source TEXT NOT NULL, file TEXT NOT NULL, line INTEGER NOT NULL, reason TEXT NOT NULL, excerpt TEXT NOT NULL) STRICT;
  CREATE INDEX rejected_source ON rejected (source, n);
  CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE snapshots (n INTEGER PRIMARY KEY, file TEXT NOT NULL, sha256 TEXT NOT NULL, saved REAL NOT NULL, positions TEXT NOT NULL) STRICT;
  CREATE TABLE names (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT;
  CREATE TABLE users (id TEXT PRIMARY KEY, role TEXT NOT NULL, password TEXT NOT NULL, created REAL NOT NULL, last_login REAL, disabled INTEGER NOT NULL) STRICT;
  CREATE TABLE sessions (hash TEXT PRIMARY KEY, user TEXT NOT NULL, created REAL NOT NULL, last_seen REAL NOT NULL, confirmed REAL NOT NULL, method TEXT NOT NULL) STRICT;
  CREATE INDEX sessions_user ON sessions (user);
  CREATE TABLE tokens (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, hash TEXT NOT NULL UNIQUE, user TEXT NOT NULL, created REAL NOT NULL, expires REAL NOT NULL, last_used REAL
  ) STRICT;
  CREATE TABLE setup_code (one INTEGER PRIMARY KEY CHECK (one = 1), hash TEXT NOT NULL, created REAL NOT NULL, tries INTEGER NOT NULL) STRICT;
  CREATE TABLE audit (
    seq INTEGER PRIMARY KEY, time REAL NOT NULL, actor TEXT NOT NULL, session TEXT NOT NULL, route TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL,
    why_hash TEXT NOT NULL, before TEXT, after TEXT, prev TEXT NOT NULL, hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE audit_texts (seq INTEGER PRIMARY KEY, salt TEXT NOT NULL, why TEXT NOT NULL, erased_by INTEGER) STRICT;
  CREATE TABLE audit_heads (seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, time REAL NOT NULL, signature TEXT NOT NULL, key_id TEXT NOT NULL) STRICT;
  `,
  // 2: words of alerts and their comments.
  `
  CREATE VIRTUAL TABLE alert_words USING fts5 (id UNINDEXED, title, model, entity, comments, tokenize = "unicode61 remove_diacritics 2");
  INSERT INTO alert_words (alert_words, rank) VALUES ('secure-delete', 1);
  INSERT INTO alert_words (rowid, id, title, model, entity, comments)
    SELECT a.rowid, a.id, a.title, a.model, a.entity_id || ' ' || coalesce(a.entity_ip, '') || ' ' || coalesce(a.entity_hostname, ''),
      coalesce((SELECT group_concat(c.text, ' ') FROM comments c WHERE c.alert = a.id), '') FROM alerts a;
  `,
  // 3: actions with their history, and links that decide them.
  `
  CREATE TABLE actions (
    id TEXT PRIMARY KEY, revision INTEGER NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, mode TEXT NOT NULL, entity TEXT NOT NULL, entity_ip TEXT, model TEXT,
    alert TEXT, created REAL NOT NULL, until REAL NOT NULL, quiet_until REAL, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX actions_state ON actions (state);
  CREATE INDEX actions_entity ON actions (entity, created);
  CREATE INDEX actions_alert ON actions (alert);
  CREATE INDEX actions_created ON actions (created);
  CREATE INDEX actions_quiet ON actions (quiet_until) WHERE quiet_until IS NOT NULL;
  CREATE TABLE action_links (
    hash TEXT PRIMARY KEY, action TEXT NOT NULL, decision TEXT NOT NULL, person TEXT NOT NULL, revision INTEGER NOT NULL, expires REAL NOT NULL, used REAL
  ) STRICT;
  `,
  // 4: what analysts said of incidents.
  `
  CREATE TABLE verdicts (incident TEXT PRIMARY KEY, verdict TEXT NOT NULL, by TEXT NOT NULL, time REAL NOT NULL) STRICT;
  CREATE INDEX alerts_incident ON alerts (incident) WHERE incident IS NOT NULL;
  `,
  // 5: judged mail, its campaigns, and the one table of its people.
  `
  CREATE TABLE people (n INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT NOT NULL UNIQUE, name TEXT NOT NULL) STRICT;
  CREATE TABLE mails (
    n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, time REAL NOT NULL, traffic TEXT NOT NULL, sender TEXT NOT NULL, domain TEXT NOT NULL, person INTEGER,
    verdict INTEGER NOT NULL, score REAL NOT NULL, missed INTEGER NOT NULL, learned INTEGER NOT NULL, campaign TEXT, language TEXT NOT NULL, author TEXT NOT NULL,
    had_letter INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX mails_time ON mails (time);
  CREATE INDEX mails_acted ON mails (verdict, time) WHERE verdict > 0;
  CREATE INDEX mails_sender ON mails (sender, time);
  CREATE INDEX mails_domain ON mails (domain, time);
  CREATE INDEX mails_person ON mails (person, time) WHERE person IS NOT NULL;
  CREATE INDEX mails_campaign ON mails (campaign, time) WHERE campaign IS NOT NULL;
  CREATE TABLE mail_readers (person INTEGER NOT NULL, mail INTEGER NOT NULL, PRIMARY KEY (person, mail)) STRICT, WITHOUT ROWID;
  CREATE INDEX mail_readers_mail ON mail_readers (mail);
  CREATE TABLE mail_links (domain TEXT NOT NULL, mail INTEGER NOT NULL, PRIMARY KEY (domain, mail)) STRICT, WITHOUT ROWID;
  CREATE INDEX mail_links_mail ON mail_links (mail);
  CREATE TABLE mail_letters (mail INTEGER PRIMARY KEY, bytes INTEGER NOT NULL, sealed BLOB NOT NULL) STRICT;
  CREATE TABLE mail_campaigns (id TEXT PRIMARY KEY, first REAL NOT NULL, last REAL NOT NULL, body TEXT NOT NULL) STRICT;
  CREATE INDEX mail_campaigns_last ON mail_campaigns (last);
  CREATE VIRTUAL TABLE mail_words USING fts5 (sender, subject, files, domains, tags, readers, tokenize = "unicode61 remove_diacritics 2");
  INSERT INTO mail_words (mail_words, rank) VALUES ('secure-delete', 1);
  `,
  // 6: the log of mail is counted and grouped from an index alone.
  `
  CREATE INDEX mails_counted ON mails (time, verdict, missed, score, campaign, id, traffic);
  `,
];

export const STATE_VERSION = STATE_STEPS.length;

/** PRAGMA application_id of our files: "Wntd". */
export const APPLICATION_ID = 0x576e7464;
