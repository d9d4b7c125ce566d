/**
 * The vocabulary of events: one family per kind of thing that a sensor saw or a service recorded, whichever it was.
 * Columns of the store, fields that models filter on, what search understands and docs/reference/events.md all come from here.
 * `ocsf` is the attribute of OCSF 1.3 that means the same, where there is one.
 */
export type ColumnKind = "text" | "integer" | "real" | "flag" | "list";

export interface Column {
  kind: ColumnKind;
  doc: string;
  ocsf?: string;
}

export interface FamilySpec {
  /** What one event of the family is. */
  doc: string;
  /** OCSF class, where one fits. */
  ocsf?: string;
  columns: Readonly<Record<string, Column>>;
}

function text(doc: string, ocsf?: string): { kind: "text"; doc: string; ocsf?: string } {
  return ocsf === undefined ? { kind: "text", doc } : { kind: "text", doc, ocsf };
}
function integer(doc: string, ocsf?: string): { kind: "integer"; doc: string; ocsf?: string } {
  return ocsf === undefined ? { kind: "integer", doc } : { kind: "integer", doc, ocsf };
}
function real(doc: string, ocsf?: string): { kind: "real"; doc: string; ocsf?: string } {
  return ocsf === undefined ? { kind: "real", doc } : { kind: "real", doc, ocsf };
}
function flag(doc: string, ocsf?: string): { kind: "flag"; doc: string; ocsf?: string } {
  return ocsf === undefined ? { kind: "flag", doc } : { kind: "flag", doc, ocsf };
}
function list(doc: string, ocsf?: string): { kind: "list"; doc: string; ocsf?: string } {
  return ocsf === undefined ? { kind: "list", doc } : { kind: "list", doc, ocsf };
}

export const FAMILIES = {
  conn: {
    doc: "One flow, reported when it ends (Zeek conn, EVE flow)",
    ocsf: "network_activity (4001)",
    columns: {
      service: text("application protocol by content, lower case", "connection_info.protocol_name"),
      duration: real("seconds from first to last packet; undefined when one packet was seen", "duration"),
      bytesOut: integer("payload bytes from the initiator", "traffic.bytes_out"),
      bytesIn: integer("payload bytes to the initiator", "traffic.bytes_in"),
      packetsOut: integer("packets from the initiator", "traffic.packets_out"),
      packetsIn: integer("packets to the initiator", "traffic.packets_in"),
      state: text("established | rejected | attempt | reset | closing | other: how it ended, the same word for both sensors"),
      history: text("the sensor's own state text (Zeek history, EVE tcp_flags)"),
    },
  },
  dns: {
    doc: "One DNS query with its answer where the sensor joins them",
    ocsf: "dns_activity (4003)",
    columns: {
      query: text("name asked for, lower case", "query.hostname"),
      queryType: text("A, AAAA, TXT...", "query.type"),
      responseCode: text("NOERROR, NXDOMAIN...", "rcode"),
      answers: list("addresses, names or texts answered", "answers.rdata"),
      ttl: integer("smallest time to live of the answers, seconds", "answers.ttl"),
      isAnswer: flag("the record carries the answer (EVE writes query and answer apart)"),
      rejected: flag("the server refused the query"),
    },
  },
  http: {
    doc: "One HTTP request with its response",
    ocsf: "http_activity (4002)",
    columns: {
      method: text("GET, POST...", "http_request.http_method"),
      host: text("Host header, lower case, no port", "http_request.url.hostname"),
      uri: text("path and query as sent", "http_request.url.path"),
      userAgent: text("User-Agent header as sent", "http_request.user_agent"),
      referrer: text("Referer header", "http_request.referrer"),
      status: integer("response status", "http_response.code"),
      requestBytes: integer("request body length", "http_request.length"),
      responseBytes: integer("response body length", "http_response.length"),
      contentType: text("media type of the response by content or header", "http_response.content_type"),
      username: text("user of Basic or proxy authentication", "actor.user.name"),
    },
  },
  tls: {
    doc: "One TLS or QUIC handshake",
    ocsf: "network_activity (4001) with tls",
    columns: {
      serverName: text("SNI, lower case", "tls.sni"),
      version: text("TLSv1.2, TLSv1.3...", "tls.version"),
      ja3: text("JA3 of the client hello, md5 hex", "tls.ja3_hash.value"),
      ja3s: text("JA3S of the server hello", "tls.ja3s_hash.value"),
      ja4: text("JA4 of the client hello", "tls.ja4_fingerprint_list"),
      subject: text("subject of the server certificate", "tls.certificate.subject"),
      issuer: text("issuer of the server certificate", "tls.certificate.issuer"),
      notBefore: real("start of validity, ms since the epoch", "tls.certificate.created_time"),
      notAfter: real("end of validity, ms since the epoch", "tls.certificate.expiration_time"),
      fingerprint: text("hash of the certificate", "tls.certificate.fingerprints"),
      validation: text("the sensor's verdict on the chain (Zeek validation_status)"),
      established: flag("the handshake completed"),
      resumed: flag("resumed session: no certificate seen"),
    },
  },
  x509: {
    doc: "One certificate (Zeek x509)",
    columns: {
      subject: text("subject"),
      issuer: text("issuer"),
      serial: text("serial number"),
      notBefore: real("start of validity, ms"),
      notAfter: real("end of validity, ms"),
      keyLength: integer("bits"),
      san: list("DNS names of the subject alternative name"),
      fingerprint: text("hash of the certificate, which tls events cite"),
    },
  },
  file: {
    doc: "One file carried over a protocol",
    ocsf: "file_hosting_activity (6006)",
    columns: {
      service: text("protocol that carried it"),
      name: text("file name", "file.name"),
      mimeType: text("by content", "file.mime_type"),
      size: integer("bytes seen", "file.size"),
      md5: text("md5", "file.hashes"),
      sha1: text("sha1", "file.hashes"),
      sha256: text("sha256", "file.hashes"),
      fromInitiator: flag("sent by the initiator of the connection"),
    },
  },
  ssh: {
    doc: "One SSH session",
    ocsf: "ssh_activity (4007)",
    columns: {
      client: text("client software", "client_hassh.algorithm"),
      server: text("server software"),
      hassh: text("HASSH of the client", "client_hassh.fingerprint"),
      authSuccess: flag("log-in succeeded, as far as sizes tell (Zeek)"),
      authAttempts: integer("attempts seen"),
      outboundLogin: text("direction by the sensor"),
    },
  },
  rdp: {
    doc: "One RDP connection",
    ocsf: "rdp_activity (4005)",
    columns: {
      cookie: text("user name of the routing cookie", "actor.user.name"),
      clientName: text("name of the client machine", "device.hostname"),
      clientBuild: text("client version"),
      result: text("outcome of the connection"),
      securityProtocol: text("HYBRID, SSL, RDP"),
    },
  },
  smb: {
    doc: "One SMB operation: tree connect, file open, read, write, rename, delete",
    ocsf: "smb_activity (4006)",
    columns: {
      command: text("operation, upper case: OPEN, READ, WRITE, DELETE, RENAME, TREE_CONNECT...", "activity_name"),
      share: text("share or tree path", "share"),
      shareType: text("DISK, PIPE, PRINT", "share_type"),
      name: text("file or pipe name", "file.name"),
      size: integer("file size", "file.size"),
      status: text("NT status by name"),
      username: text("user of the session set-up", "actor.user.name"),
      domain: text("its domain", "actor.user.domain"),
      clientName: text("machine name of the session set-up"),
    },
  },
  kerberos: {
    doc: "One Kerberos exchange",
    ocsf: "authentication (3002)",
    columns: {
      requestType: text("AS or TGS", "activity_name"),
      client: text("client principal, as sent", "user.name"),
      service: text("service principal", "service.name"),
      realm: text("realm", "user.domain"),
      success: flag("ticket granted", "status_id"),
      error: text("error code by name", "status_detail"),
      cipher: text("encryption type of the ticket"),
      weak: flag("weak encryption (RC4, DES)"),
    },
  },
  ntlm: {
    doc: "One NTLM authentication",
    ocsf: "authentication (3002)",
    columns: {
      username: text("user", "user.name"),
      domain: text("domain", "user.domain"),
      clientName: text("client machine name", "src_endpoint.hostname"),
      serverName: text("server machine name", "dst_endpoint.hostname"),
      success: flag("accepted", "status_id"),
    },
  },
  dcerpc: {
    doc: "One DCE-RPC call",
    ocsf: "network_activity (4001)",
    columns: {
      endpoint: text("interface by name, e.g. svcctl, samr, drsuapi", "dce_rpc.command"),
      operation: text("operation by name, e.g. CreateServiceW", "dce_rpc.opnum"),
      namedPipe: text("pipe or port that carried it"),
    },
  },
  dhcp: {
    doc: "One DHCP exchange",
    ocsf: "dhcp_activity (4004)",
    columns: {
      mac: text("hardware address of the client, lower case with colons", "src_endpoint.mac"),
      assigned: text("address handed out", "dst_endpoint.ip"),
      hostname: text("name that the client gave itself", "src_endpoint.hostname"),
      domain: text("domain handed out"),
      lease: integer("seconds", "lease_dur"),
      messages: list("message types seen: DISCOVER, OFFER, REQUEST, ACK...", "activity_name"),
    },
  },
  smtp: {
    doc: "One SMTP transaction seen on the wire",
    ocsf: "email_activity (4009)",
    columns: {
      helo: text("HELO name", "smtp_hello"),
      from: text("envelope sender", "email.smtp_from"),
      to: list("envelope recipients", "email.smtp_to"),
      subject: text("Subject", "email.subject"),
      messageId: text("Message-ID", "email.message_uid"),
      userAgent: text("client software header"),
      status: text("last reply"),
      tls: flag("STARTTLS was used"),
    },
  },
  notice: {
    doc: "A sensor's own notice (Zeek notice)",
    ocsf: "detection_finding (2004)",
    columns: {
      note: text("kind, e.g. Scan::Port_Scan", "finding_info.title"),
      message: text("text", "message"),
      detail: text("sub-message"),
    },
  },
  alert: {
    doc: "A signature's alert of the sensor (EVE alert): evidence, never our verdict",
    ocsf: "detection_finding (2004)",
    columns: {
      signature: text("rule message", "finding_info.title"),
      signatureId: integer("rule id", "finding_info.uid"),
      ruleCategory: text("class type"),
      severity: integer("1 worst to 4, as the sensor says", "severity_id"),
      action: text("allowed or blocked", "action"),
    },
  },
  anomaly: {
    doc: "Protocol breach seen by the sensor (Zeek weird, EVE anomaly, Zeek dpd)",
    columns: {
      name: text("kind, e.g. bad_TCP_checksum"),
      detail: text("what it says"),
      service: text("protocol that was parsed"),
    },
  },
  software: {
    doc: "Software that showed itself (Zeek software)",
    ocsf: "inventory_info (5001)",
    columns: { softwareType: text("kind, e.g. HTTP::BROWSER"), name: text("name"), version: text("version as shown") },
  },
  known: {
    doc: "Passive inventory (Zeek known_hosts, known_services, known_certs, known_modbus...)",
    ocsf: "inventory_info (5001)",
    columns: {
      what: text("host, service, cert, device"),
      service: text("services on the port"),
      mac: text("hardware address"),
      subject: text("certificate subject"),
    },
  },
  tunnel: {
    doc: "A tunnel found or closed",
    columns: { tunnelType: text("Teredo, GRE, VXLAN..."), action: text("DISCOVER, CLOSE") },
  },
  radius: {
    doc: "One RADIUS exchange",
    ocsf: "authentication (3002)",
    columns: { username: text("user"), mac: text("hardware address"), result: text("outcome"), framedAddress: text("address assigned") },
  },
  sip: {
    doc: "One SIP request",
    columns: { method: text("method"), uri: text("URI"), from: text("From"), to: text("To"), status: integer("status"), userAgent: text("User-Agent") },
  },
  snmp: {
    doc: "One SNMP session",
    columns: { version: text("version"), community: text("community string"), getRequests: integer("get requests"), setRequests: integer("set requests") },
  },
  ntp: { doc: "One NTP message", columns: { version: integer("version"), mode: integer("mode"), stratum: integer("stratum") } },
  ftp: { doc: "One FTP command", columns: { username: text("user"), command: text("command"), argument: text("argument"), reply: text("reply") } },
  executable: {
    doc: "One portable executable seen in a file (Zeek pe)",
    columns: {
      machine: text("machine"),
      subsystem: text("subsystem"),
      isExe: flag("executable rather than library"),
      compiled: real("compile time it claims, ms"),
    },
  },
  saas: {
    doc: "One operation in a cloud service: an audit record, a sign-in, a chat message, whichever vendor wrote it",
    ocsf: "api_activity (6003), authentication (3002), file_hosting (6006)",
    columns: {
      service: text("part of the vendor's service: Exchange, AzureActiveDirectory, MicrosoftTeams, iam.amazonaws.com...", "api.service.name"),
      operation: text("operation as the vendor names it", "api.operation"),
      activity: text("the same in one vocabulary over vendors: sign-in, message, app-consented, inbox-rule, file-download... or other", "activity_name"),
      user: text("who did it: address in lower case, else the id that the record gives", "actor.user.name"),
      userName: text("display name", "actor.user.full_name"),
      userId: text("id of the user in the directory", "actor.user.uid"),
      userKind: text("member, guest, foreign (of another tenant), application, system, anonymous", "actor.user.type"),
      userTenant: text("tenant of who did it", "actor.user.org.uid"),
      tenant: text("tenant or account in which it happened", "cloud.account.uid"),
      success: flag("it was done, not refused", "status_id"),
      status: text("outcome in the vendor's words", "status_detail"),
      app: text("application that was used, or that it is about", "app.name"),
      userAgent: text("User-Agent as sent", "http_request.user_agent"),
      object: text("what was acted on: file, rule, mailbox, resource", "resources.name"),
      owner: text("whose mailbox or site it is, when another's", "resources.owner.name"),
      target: text("the one user, guest or recipient that it concerns", "user.name"),
      targets: list("all users that it concerns: recipients, members", "users"),
      country: text("country that the client or vendor claims, ISO 3166-1", "src_endpoint.location.country"),
      os: text("operating system of the client", "device.os.name"),
      device: text("name of the client device", "device.hostname"),
      chat: text("chat thread", "metadata.correlation_uid"),
      chatName: text("topic of the chat"),
      chatKind: text("OneOnOne, GroupChat, Channel, Meeting"),
      message: text("id of the chat or mail message", "email.uid"),
      links: list("addresses of links in the message"),
      linkDomains: list("their registrable domains"),
      foreignTenant: flag("somebody of another tenant takes part"),
      guests: flag("guests take part"),
      unauthenticated: flag("somebody unauthenticated takes part"),
      tenants: list("tenants that take part"),
      domains: list("mail domains that take part"),
      role: text("role, permission or scope that was granted", "user.groups"),
      change: text("what was changed, in the record's own words"),
      size: integer("bytes of the file or message", "file.size"),
      items: integer("things that one record stands for, e.g. messages read"),
      session: text("session of the user", "session.uid"),
      risk: text("risk that the vendor saw", "risk_level"),
    },
  },
  endpoint: {
    doc: "An alert or detection of an endpoint or cloud security product: evidence of that product",
    ocsf: "detection_finding (2004)",
    columns: {
      title: text("title", "finding_info.title"),
      severity: text("informational, low, medium, high", "severity"),
      category: text("category or tactic, in the product's words", "finding_info.types"),
      product: text("product that saw it", "metadata.product.name"),
      detector: text("part of the product", "finding_info.analytic.name"),
      status: text("state in the product", "status"),
      actor: text("threat actor that the product names", "actor.user.name"),
      threat: text("threat that it names", "malware.name"),
      threatFamily: text("threat family that it names", "malware.classification_ids"),
      techniques: list("ATT&CK techniques", "attacks"),
      host: text("device by name, lower case", "device.hostname"),
      hostId: text("device by the product's id", "device.uid"),
      addresses: list("addresses of the device as the product knows them", "device.ip"),
      macs: list("hardware addresses of the device", "device.mac"),
      hosts: list("all devices that it names"),
      user: text("user, lower case", "user.name"),
      users: list("all users that it names"),
      files: list("files, with hash where given", "evidences.file"),
      processes: list("command lines", "evidences.process"),
      urls: list("addresses and URLs", "evidences.url"),
      evidence: list("all evidence, kind: value", "evidences"),
      description: text("description", "message"),
      advice: text("recommended actions", "remediation.desc"),
      link: text("where the product shows it", "finding_info.src_url"),
      incidentId: text("incident of the product", "finding_info.related_events.uid"),
      reported: real("when the product raised it, ms; `time` is when it happened", "metadata.logged_time"),
      country: text("country of the account's activity, where said"),
    },
  },
  host: {
    doc: "What an endpoint product tells of a device: inventory, vulnerability, process, file, registry, connection",
    ocsf: "device inventory (5001), process_activity (1007), file_activity (1001)",
    columns: {
      action: text("kind of record or action: ProcessCreated, DeviceInfo, Vulnerability...", "activity_name"),
      host: text("device by name, lower case", "device.hostname"),
      hostId: text("device by the product's id", "device.uid"),
      addresses: list("its addresses", "device.ip"),
      mac: text("its hardware address", "device.mac"),
      os: text("operating system with version", "device.os.name"),
      user: text("user, lower case", "actor.user.name"),
      image: text("file or image", "file.name"),
      folder: text("its folder", "file.parent_folder"),
      sha256: text("its hash", "file.hashes"),
      command: text("command line", "process.cmd_line"),
      parent: text("program that started it", "actor.process.name"),
      object: text("registry key, service, pipe, share", "reg_key.path"),
      url: text("name or URL contacted", "url.hostname"),
      cve: text("vulnerability", "vulnerabilities.cve.uid"),
      severity: text("severity of it", "severity"),
      software: text("software with version", "package.name"),
      fix: text("update that fixes it", "vulnerabilities.kb_articles"),
    },
  },
  logon: {
    doc: "A log-on, log-off or change of an account that an operating system or directory recorded",
    ocsf: "authentication (3002), account_change (3001)",
    columns: {
      eventId: integer("Windows event id", "metadata.event_code"),
      action: text("in words: log-on, log-on failed, explicit credentials, service installed, account created...", "activity_name"),
      computer: text("machine that recorded it, lower case", "dst_endpoint.hostname"),
      user: text("account that logged on or was changed, lower case", "user.name"),
      domain: text("its domain", "user.domain"),
      by: text("account that did it, when another", "actor.user.name"),
      logonType: integer("Windows log-on type: 2 interactive, 3 network, 10 remote", "logon_type_id"),
      workstation: text("machine it came from, as named", "src_endpoint.hostname"),
      package: text("NTLM, Kerberos, Negotiate", "auth_protocol"),
      success: flag("it was let in or done", "status_id"),
      status: text("reason of a refusal", "status_detail"),
      process: text("program", "process.name"),
      command: text("command line, script or service image", "process.cmd_line"),
      object: text("service, task, share, object"),
      group: text("group that changed", "group.name"),
    },
  },
  directory: {
    doc: "What a directory says of a person or account",
    ocsf: "user_inventory (5003)",
    columns: {
      user: text("address, lower case", "user.name"),
      displayName: text("name", "user.full_name"),
      objectId: text("id in the directory", "user.uid"),
      aliases: list("other addresses and names of the same person"),
      department: text("department", "user.ldap_person.office_location"),
      title: text("job title", "user.ldap_person.job_title"),
      manager: text("address of the manager", "user.ldap_person.manager"),
      userKind: text("member or guest", "user.type"),
      enabled: flag("account is enabled"),
      country: text("country or usage location", "user.ldap_person.location"),
    },
  },
  mail: {
    doc: "One mail message as it was received, with what it was judged to be",
    ocsf: "email_activity (4009)",
    columns: {
      sender: text("address of From, lower case", "email.from"),
      senderName: text("display name of From", "email.from_mailbox"),
      senderDomain: text("registrable domain of From"),
      replyTo: text("address of Reply-To, where it is another", "email.reply_to"),
      recipients: list("addresses of To and Cc", "email.to"),
      subject: text("Subject", "email.subject"),
      messageId: text("Message-ID with its brackets", "email.message_uid"),
      inReplyTo: text("Message-ID that it answers"),
      traffic: text("inbound, outbound, internal: by the organisation's own domains", "direction"),
      score: real("0-100, how strange; 75 and more would be held", "risk_score"),
      tags: list("what it was found to be: First Time Contact, Multistage Payload..."),
      actions: list("what would be done: hold, banner", "action"),
      campaign: text("id of the campaign that it belongs to"),
      rule: text("rarest directed rule that fired"),
      urls: list("addresses in it, wherever they stood", "url"),
      linkDomains: list("registrable domains of these"),
      attachments: list("names of attached files", "email.files"),
      attachmentHashes: list("their SHA-256"),
      codes: list("texts of decoded codes (QR and others)"),
      stages: list("layers walked through, e.g. mail > document > qr > link"),
      spf: text("outcome of SPF"),
      dkim: text("outcome of DKIM"),
      dmarc: text("outcome of DMARC"),
      placeDomain: text("country of the sender's domain"),
      placeConnection: text("country of the connecting server", "src_endpoint.location.country"),
      placeAuthor: text("country of the author's own program"),
      software: text("mail program as it calls itself"),
      language: text("language of most of the text, ISO 639-1"),
      nativeVerdict: text("verdict of the filter before us: junk, clean, or empty"),
      limits: list("limits that were reached when it was opened"),
      detail: text("indicators, links, codes and text for the page of a mail that was acted on, as JSON"),
    },
  },
  other: { doc: "Anything else, kept whole: an unknown log type, sensor statistics. Searchable, not learned", columns: {} },
} as const satisfies Record<string, FamilySpec>;

export type Family = keyof typeof FAMILIES;
export const FAMILY_NAMES = Object.keys(FAMILIES) as Family[];
