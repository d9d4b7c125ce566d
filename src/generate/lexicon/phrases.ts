import type { Phrases } from "./phrase-form.ts";
import { MORE_PHRASES } from "./phrases-far.ts";

// biome-ignore format: one language reads as a block
export const NEAR_PHRASES: Readonly<Record<string, Phrases>> = {
  en: {
    greet: ["Hi {name},", "Dear {name},", "Hello {name},", "Good morning {name},"],
    bye: ["Best regards,\n{me}", "Kind regards,\n{me}", "Thanks,\n{me}", "Cheers,\n{me}"],
    subjects: ["Order {n}", "Meeting on {date}", "{thing}: open points", "Drawing {n} revised", "Delivery of {thing}", "Question about {thing}", "Minutes of {date}", "Offer {n}", "Complaint {n}", "Travel on {date}", "Samples for {thing}"],
    lines: ["Attached are the figures for {thing} as discussed.", "Could you check item {n} by {date}?", "We can deliver {n} pieces of {thing} in week {n}.", "The customer asks for a call on {date}.", "I have changed the drawing as agreed; please release it.", "Please let me know whether {date} suits you.", "The price stays at {sum} per unit until the end of the quarter.", "There is a delay of a few days, since one part of {thing} failed the test.", "I shall be out of the office from {date}; please turn to my colleagues.", "Thank you for the quick answer.", "We still need the signed copy of the contract.", "Let us talk about {thing} on the phone tomorrow."],
    chat: ["do you have five minutes?", "{thing} is ready for review", "thanks!", "can you send me the file for {thing}?", "I'm late, start without me", "call at {n}?", "ok, will do", "did the customer answer?", "build {n} is green", "lunch?"],
    invoice: { word: "Invoice", subject: "Invoice {n} for {thing}", lines: ["Please find attached invoice {n} for {thing}.", "The amount of {sum} is due within 30 days.", "Our bank details are unchanged."] },
    news: ["What is new in {thing}", "Five ideas for your next project", "Join our web seminar on {date}", "Read how others saved {n} hours a week", "New price list from {date}"],
  },
  de: {
    greet: ["Hallo {name}", "Guten Tag {name}", "Liebe(r) {name}", "Sehr geehrte Damen und Herren"],
    bye: ["Freundliche Grüsse\n{me}", "Viele Grüße\n{me}", "Mit freundlichen Grüßen\n{me}", "Gruss {me}"],
    subjects: ["Auftrag {n}", "Besprechung am {date}", "{thing}: offene Punkte", "Zeichnung {n} geändert", "Lieferung {thing}", "Rückfrage zu {thing}", "Protokoll vom {date}", "Offerte {n}", "Reklamation {n}", "Reise am {date}"],
    lines: ["Im Anhang die Zahlen zu {thing} wie besprochen.", "Kannst du Position {n} bis {date} prüfen?", "Wir können {n} Stück {thing} in Woche {n} liefern.", "Der Kunde bittet um einen Anruf am {date}.", "Die Zeichnung ist wie vereinbart angepasst; bitte freigeben.", "Passt Ihnen der {date}?", "Der Preis bleibt bis Quartalsende bei {sum} pro Stück.", "Es verzögert sich um einige Tage, weil ein Teil von {thing} die Prüfung nicht bestanden hat.", "Ab {date} bin ich nicht im Büro.", "Vielen Dank für die schnelle Antwort.", "Uns fehlt noch der unterschriebene Vertrag.", "Lass uns morgen über {thing} telefonieren."],
    chat: ["hast du kurz Zeit?", "{thing} ist bereit zur Durchsicht", "danke!", "schickst du mir die Datei zu {thing}?", "ich komme später", "Anruf um {n}?", "ok, mache ich", "hat der Kunde geantwortet?", "Mittag?"],
    invoice: { word: "Rechnung", subject: "Rechnung {n} zu {thing}", lines: ["Anbei erhalten Sie die Rechnung {n} für {thing}.", "Der Betrag von {sum} ist innert 30 Tagen zahlbar.", "Unsere Bankverbindung ist unverändert."] },
    news: ["Neues rund um {thing}", "Fünf Ideen für Ihr nächstes Projekt", "Webinar am {date}", "Neue Preisliste ab {date}"],
  },
  fr: {
    greet: ["Bonjour {name},", "Cher {name},", "Madame, Monsieur,"],
    bye: ["Cordialement,\n{me}", "Bien à vous,\n{me}", "Meilleures salutations,\n{me}"],
    subjects: ["Commande {n}", "Réunion du {date}", "{thing} : points ouverts", "Plan {n} modifié", "Livraison de {thing}", "Offre {n}", "Compte rendu du {date}"],
    lines: ["Vous trouverez ci-joint les chiffres pour {thing}.", "Pouvez-vous vérifier le point {n} avant le {date} ?", "Nous pouvons livrer {n} pièces en semaine {n}.", "Le client demande un appel le {date}.", "Le prix reste de {sum} par unité.", "Merci pour votre réponse rapide.", "Il nous manque encore le contrat signé.", "Je serai absent à partir du {date}."],
    chat: ["tu as cinq minutes ?", "merci !", "{thing} est prêt", "je t'envoie le fichier", "on s'appelle à {n} h ?", "d'accord"],
    invoice: { word: "Facture", subject: "Facture {n} : {thing}", lines: ["Veuillez trouver ci-joint la facture {n} pour {thing}.", "Le montant de {sum} est payable sous 30 jours."] },
    news: ["Les nouveautés de {thing}", "Cinq idées pour votre prochain projet", "Webinaire le {date}"],
  },
  it: {
    greet: ["Buongiorno {name},", "Ciao {name},", "Gentile {name},"],
    bye: ["Cordiali saluti,\n{me}", "Un saluto,\n{me}"],
    subjects: ["Ordine {n}", "Riunione del {date}", "{thing}: punti aperti", "Disegno {n} modificato", "Offerta {n}"],
    lines: ["In allegato i dati per {thing}.", "Può verificare il punto {n} entro il {date}?", "Possiamo consegnare {n} pezzi nella settimana {n}.", "Il prezzo resta {sum} al pezzo.", "Grazie per la rapida risposta.", "Manca ancora il contratto firmato."],
    chat: ["hai cinque minuti?", "grazie!", "{thing} è pronto", "ti mando il file", "va bene"],
    invoice: { word: "Fattura", subject: "Fattura {n} - {thing}", lines: ["In allegato la fattura {n} per {thing}.", "L'importo di {sum} è da pagare entro 30 giorni."] },
    news: ["Le novità di {thing}", "Webinar il {date}", "Nuovo listino dal {date}"],
  },
  es: {
    greet: ["Hola {name}:", "Estimado {name}:", "Buenos días, {name}:"],
    bye: ["Un saludo,\n{me}", "Atentamente,\n{me}"],
    subjects: ["Pedido {n}", "Reunión del {date}", "{thing}: puntos pendientes", "Plano {n} revisado", "Oferta {n}"],
    lines: ["Adjunto los datos de {thing}.", "¿Puedes revisar el punto {n} antes del {date}?", "Podemos entregar {n} unidades en la semana {n}.", "El precio sigue en {sum} por unidad.", "Gracias por la rápida respuesta.", "Nos falta el contrato firmado."],
    chat: ["¿tienes cinco minutos?", "¡gracias!", "{thing} está listo", "te mando el archivo", "vale"],
    invoice: { word: "Factura", subject: "Factura {n} de {thing}", lines: ["Adjuntamos la factura {n} por {thing}.", "El importe de {sum} vence a 30 días."] },
    news: ["Novedades de {thing}", "Seminario web el {date}", "Nueva tarifa desde el {date}"],
  },
  nl: {
    greet: ["Hallo {name},", "Beste {name},"],
    bye: ["Met vriendelijke groet,\n{me}", "Groeten,\n{me}"],
    subjects: ["Bestelling {n}", "Overleg op {date}", "{thing}: open punten", "Tekening {n} gewijzigd", "Offerte {n}"],
    lines: ["In de bijlage de cijfers voor {thing}.", "Kun je punt {n} voor {date} nakijken?", "We kunnen {n} stuks leveren in week {n}.", "De prijs blijft {sum} per stuk.", "Bedankt voor het snelle antwoord.", "We missen nog het getekende contract."],
    chat: ["heb je even?", "dank je!", "{thing} is klaar", "ik stuur het bestand", "prima"],
    invoice: { word: "Factuur", subject: "Factuur {n} voor {thing}", lines: ["Bijgaand factuur {n} voor {thing}.", "Het bedrag van {sum} dient binnen 30 dagen te zijn voldaan."] },
    news: ["Nieuws over {thing}", "Webinar op {date}"],
  },
  ...MORE_PHRASES,
};

/** Phrases of a language, those of English where we have none. */
export function phrasesOf(language: string): Phrases {
  const found = NEAR_PHRASES[language] ?? NEAR_PHRASES.en;
  if (found === undefined) throw new RangeError("there is no English");
  return found;
}
