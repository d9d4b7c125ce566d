/** Parts that invented company, product and site names are made of. No compound is meant to be anybody's. */
export const FIRST_PARTS =
  "alder amber arden ash auric barrow basalt beryl birch bram brook calder carrow cedar cinder clover cobalt copper corvin crane dapple delph dorn elder elm ember fallow fenn fern finch flint garnet gorse grail hart haven hazel heath heron hollow indra iron ivory jasper juniper kestrel lark larch linden loam lorn lumen maple marl meadow merle mica moor morrow nettle north oak ochre onyx opal orch pearl pine plover quarry quill raven reed ridge rowan russet sable sage salt sedge sienna slate sorrel spruce stone swift tamar tarn teal thistle thorn umber vale velm verdi wald wren yarrow zephyr".split(
    " ",
  );
export const SECOND_PARTS =
  "bank barth beck bridge burg caster cliff combe cote croft dale den dorf edge feld field fold ford garth gate glen grove hall hamm holm hurst keld land leigh lund mark mere mill mont moor mount ness park pool quist ridge rigg sand scar shaw side stad stead strand thal thorpe toft ton vik ville wald wall ward water wick wood worth".split(
    " ",
  );
export const BRANCHES: Readonly<Record<string, readonly string[]>> = {
  de: ["Werkzeugbau", "Logistik", "Druck", "Elektrotechnik", "Treuhand", "Verpackungen", "Metallbau", "Software", "Reisen", "Bau"],
  en: ["Logistics", "Tooling", "Software", "Packaging", "Engineering", "Partners", "Instruments", "Print", "Components", "Travel"],
  fr: ["Logistique", "Emballages", "Conseil", "Mécanique", "Imprimerie", "Conseils", "Électronique", "Transports"],
  it: ["Meccanica", "Trasporti", "Imballaggi", "Consulenza", "Stampa", "Elettronica"],
  es: ["Logística", "Embalajes", "Consultores", "Mecánica", "Imprenta", "Transportes"],
};
export const LEGAL_FORMS: Readonly<Record<string, string>> = {
  CH: "AG",
  DE: "GmbH",
  AT: "GmbH",
  GB: "Ltd",
  IE: "Ltd",
  NL: "B.V.",
  FR: "SAS",
  US: "Inc.",
  CA: "Inc.",
  ES: "S.L.",
  IT: "S.r.l.",
  PL: "Sp. z o.o.",
  SE: "AB",
  CZ: "s.r.o.",
  PT: "Lda.",
  TR: "A.Ş.",
  IN: "Pvt. Ltd.",
  CN: "有限公司",
  JP: "株式会社",
  KR: "주식회사",
  BR: "Ltda.",
  MX: "S.A. de C.V.",
  VN: "JSC",
  AU: "Pty Ltd",
  SG: "Pte. Ltd.",
};
export const INDUSTRIES = [
  "precision instruments",
  "logistics",
  "food machinery",
  "medical devices",
  "engineering consultancy",
  "textiles",
  "building services",
];
export const TITLES: Readonly<Record<string, readonly string[]>> = {
  Management: ["Chief Executive Officer", "Chief Operating Officer", "Assistant to the Board"],
  Finance: ["Chief Financial Officer", "Controller", "Accountant", "Accounts Payable Clerk"],
  "Human Resources": ["Head of Human Resources", "Recruiter", "Payroll Specialist"],
  Sales: ["Head of Sales", "Account Manager", "Inside Sales", "Regional Sales Manager"],
  Marketing: ["Head of Marketing", "Content Manager", "Event Manager"],
  Engineering: ["Head of Engineering", "Software Engineer", "Mechanical Engineer", "Test Engineer", "Project Engineer"],
  Operations: ["Head of Operations", "Production Planner", "Quality Manager", "Warehouse Lead"],
  Legal: ["General Counsel", "Contract Manager"],
  Purchasing: ["Head of Purchasing", "Buyer"],
  Support: ["Head of Support", "Support Engineer", "Field Technician"],
  IT: ["Head of IT", "System Administrator", "Help Desk Technician", "Network Engineer", "Security Officer"],
};
export const ISPS = ["Fernlicht", "Glasweg", "Netzwerk Tal", "Homewire", "Cablera", "Fibralia", "Lumière Fibre", "Nordkabel", "Openloop Broadband", "Telvara"];
export const MOBILE_CARRIERS = ["Mobilor", "Wavecell", "Airtella", "Funknetz"];
