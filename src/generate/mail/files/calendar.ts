export interface Meeting {
  uid: string;
  title: string;
  place: string;
  organiser: { name: string; mail: string };
  guests: readonly { name: string; mail: string }[];
  /** ms */
  start: number;
  minutes: number;
  /** When the invitation was written, ms. */
  stamp: number;
}

/** A meeting request (RFC 5545 and 5546, METHOD:REQUEST), lines folded at 75 octets, ended by CRLF. */
export function invitation(meeting: Meeting): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "METHOD:REQUEST",
    "PRODID:Microsoft Exchange Server 2010",
    "VERSION:2.0",
    "BEGIN:VEVENT",
    `ORGANIZER;CN=${param(meeting.organiser.name)}:mailto:${meeting.organiser.mail}`,
    ...meeting.guests.map((g) => `ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=${param(g.name)}:mailto:${g.mail}`),
    `UID:${meeting.uid}`,
    `SUMMARY;LANGUAGE=en-GB:${value(meeting.title)}`,
    `DTSTART:${stamp(meeting.start)}`,
    `DTEND:${stamp(meeting.start + meeting.minutes * 60_000)}`,
    "CLASS:PUBLIC",
    "PRIORITY:5",
    `DTSTAMP:${stamp(meeting.stamp)}`,
    "TRANSP:OPAQUE",
    "STATUS:CONFIRMED",
    "SEQUENCE:0",
    `LOCATION:${value(meeting.place)}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.map(fold).join("\r\n")}\r\n`;
}

function stamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
}

function value(text: string): string {
  return text.replace(/[\\;,]/g, (c) => `\\${c}`).replaceAll("\n", "\\n");
}

function param(text: string): string {
  return /[:;,]/.test(text) ? `"${text.replaceAll('"', "'")}"` : text;
}

function fold(line: string): string {
  const out: string[] = [];
  let piece = "";
  let octets = 0;
  for (const c of line) {
    const size = Buffer.byteLength(c);
    if (octets + size > 74) {
      out.push(piece);
      piece = " ";
      octets = 1;
    }
    piece += c;
    octets += size;
  }
  return [...out, piece].join("\r\n");
}
