//! What stays the same at the demo business: what it sells, where, and by whom.

/// A country it sells to.
#[derive(Debug)]
pub(super) struct Country {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) currency: &'static str,
    /// The share of people from there.
    pub(super) share: f64,
    pub(super) tax: f64,
    pub(super) calling_code: &'static str,
    pub(super) regions: &'static [(&'static str, &'static str)],
    pub(super) population: i64,
}

pub(super) const COUNTRIES: [Country; 5] = [
    Country {
        name: "United States",
        code: "US",
        currency: "USD",
        share: 0.72,
        tax: 0.08,
        calling_code: "+1207",
        regions: &[("US-ME", "04101"), ("US-NH", "03801"), ("US-MA", "02108"), ("US-VT", "05401")],
        population: 334_000_000,
    },
    Country {
        name: "Canada",
        code: "CA",
        currency: "CAD",
        share: 0.13,
        tax: 0.13,
        calling_code: "+1506",
        regions: &[("CA-NB", "E1C 1A1"), ("CA-QC", "H2X 1Y4")],
        population: 40_000_000,
    },
    Country {
        name: "United Kingdom",
        code: "GB",
        currency: "GBP",
        share: 0.06,
        tax: 0.2,
        calling_code: "+4420",
        regions: &[("GB-LND", "EC1A 1BB")],
        population: 68_000_000,
    },
    Country {
        name: "Germany",
        code: "DE",
        currency: "EUR",
        share: 0.05,
        tax: 0.19,
        calling_code: "+4930",
        regions: &[("DE-BE", "10115"), ("DE-HH", "20095")],
        population: 84_000_000,
    },
    Country {
        name: "France",
        code: "FR",
        currency: "EUR",
        share: 0.04,
        tax: 0.2,
        calling_code: "+3314",
        regions: &[("FR-IDF", "75001")],
        population: 68_000_000,
    },
];

/// Something it sells.
#[derive(Debug)]
pub(super) struct Product {
    pub(super) name: &'static str,
    pub(super) sku: &'static str,
    pub(super) category: &'static str,
    pub(super) kind: &'static str,
    /// List price, dollars in cents.
    pub(super) cents: i64,
    /// The share of the price that it costs.
    pub(super) cost: f64,
}

const fn product(
    sku: &'static str,
    name: &'static str,
    category: &'static str,
    kind: &'static str,
    cents: i64,
    cost: f64,
) -> Product {
    Product { name, sku, category, kind, cents, cost }
}

/// Goods first, then services, then plans.
pub(super) const PRODUCTS: [Product; 18] = [
    product("WF-100", "Water Filter Housing", "Filtration", "good", 8_900, 0.52),
    product("WF-110", "Filter Cartridge", "Filtration", "good", 2_400, 0.45),
    product("TH-200", "Smart Thermostat", "Heating", "good", 17_900, 0.61),
    product("TH-210", "Radiator Valve", "Heating", "good", 4_900, 0.55),
    product("TP-300", "Kitchen Tap", "Plumbing", "good", 12_900, 0.58),
    product("TP-310", "Shower Head", "Plumbing", "good", 6_400, 0.5),
    product("TP-320", "Pipe Kit", "Plumbing", "good", 3_200, 0.42),
    product("EL-400", "Smoke Detector", "Electrical", "good", 3_900, 0.48),
    product("EL-410", "Outdoor Light", "Electrical", "good", 7_400, 0.56),
    product("EL-420", "EV Charger", "Electrical", "good", 54_900, 0.68),
    product("TL-500", "Tool Set", "Tools", "good", 9_900, 0.6),
    product("BD-600", "Winter Bundle", "Heating", "bundle", 21_900, 0.57),
    product("SV-700", "Emergency Repair", "Repair", "service", 19_500, 0.46),
    product("SV-710", "Boiler Service", "Maintenance", "service", 14_500, 0.4),
    product("SV-720", "Installation", "Installation", "service", 24_500, 0.5),
    product("SV-730", "Inspection", "Maintenance", "service", 9_500, 0.35),
    product("PL-800", "Care Plan", "Plans", "plan", 2_900, 0.3),
    product("PL-810", "Care Plan Plus", "Plans", "plan", 5_900, 0.32),
];

pub(super) const GOODS: std::ops::Range<usize> = 0..12;
pub(super) const SERVICES: std::ops::Range<usize> = 12..16;
pub(super) const PLANS: std::ops::Range<usize> = 16..18;

/// Its parts: name, kind, time zone, country.
pub(super) const UNITS: [(&str, &str, &str, &str); 9] = [
    ("Northlight Home", "company", "America/New_York", "US"),
    ("Portland", "location", "America/New_York", "US"),
    ("Paris", "location", "Europe/Paris", "FR"),
    ("Front Desk", "department", "America/New_York", "US"),
    ("Field Service", "department", "America/New_York", "US"),
    ("Shop", "department", "America/New_York", "US"),
    ("Marketing", "cost_center", "America/New_York", "US"),
    ("Administration", "cost_center", "America/New_York", "US"),
    ("IT", "cost_center", "America/New_York", "US"),
];
pub(super) const FRONT_DESK: u64 = 3;
pub(super) const FIELD_SERVICE: u64 = 4;
pub(super) const SHOP: u64 = 5;
pub(super) const MARKETING: u64 = 6;

/// A ledger account.
#[derive(Debug)]
pub(super) struct Account {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) kind: &'static str,
    pub(super) subtype: &'static str,
}

const fn account(code: &'static str, name: &'static str, kind: &'static str, subtype: &'static str) -> Account {
    Account { code, name, kind, subtype }
}

pub(super) const ACCOUNTS: [Account; 15] = [
    account("1000", "Bank", "asset", "bank"),
    account("1100", "Accounts Receivable", "asset", "ar"),
    account("2000", "Accounts Payable", "liability", "ap"),
    account("2100", "Sales Tax", "liability", "tax"),
    account("3000", "Equity", "equity", "equity"),
    account("4000", "Sales", "income", "sales"),
    account("4900", "Refunds", "income", "refunds"),
    account("5000", "Cost of Goods and Work", "expense", "cogs"),
    account("6000", "Payroll", "expense", "payroll"),
    account("6100", "Advertising", "expense", "marketing"),
    account("6200", "Rent", "expense", "rent"),
    account("6300", "Software", "expense", "software"),
    account("6400", "Utilities", "expense", "utilities"),
    account("6500", "Insurance", "expense", "insurance"),
    account("6600", "Payment Fees", "expense", "fees"),
];
pub(super) const BANK: u64 = 0;
pub(super) const RECEIVABLE: u64 = 1;
pub(super) const PAYABLE: u64 = 2;
pub(super) const SALES_TAX: u64 = 3;
pub(super) const EQUITY: u64 = 4;
pub(super) const SALES: u64 = 5;
pub(super) const REFUNDED: u64 = 6;
pub(super) const COST_OF_SALES: u64 = 7;
pub(super) const PAYROLL: u64 = 8;
pub(super) const ADVERTISING: u64 = 9;
pub(super) const FEES: u64 = 14;

/// What comes back every month: vendor, ledger account, cost centre, cents of the small business, and the day of the
/// month on which the bill comes.
pub(super) const STANDING: [(&str, u64, u64, i64, i64); 6] = [
    ("Harbour Properties", 10, 7, 310_000, 1),
    ("Cloudworks", 11, 8, 148_000, 3),
    ("Backup & Sons", 11, 8, 39_000, 9),
    ("City Utilities", 12, 7, 64_000, 12),
    ("Seaboard Insurance", 13, 7, 52_000, 15),
    ("Office Supply Co", 12, 7, 21_000, 20),
];

pub(super) const COMPETITORS: [&str; 3] = ["Harborview Services", "FixIt Brothers", "Granite State Heating"];

pub(super) const INDUSTRIES: usize = super::truth::PAYMENT_DELAYS.len();

pub(super) const FIRST_NAMES: [&str; 24] = [
    "Ada", "Ben", "Carla", "David", "Elena", "Frank", "Grace", "Hugo", "Iris", "Jonas", "Kira", "Leo", "Maya", "Nils",
    "Olga", "Paul", "Quinn", "Rosa", "Sam", "Tara", "Uma", "Victor", "Wendy", "Yusuf",
];
pub(super) const LAST_NAMES: [&str; 30] = [
    "Adler", "Baker", "Carter", "Dixon", "Evans", "Fischer", "Garcia", "Hughes", "Ivanova", "Jensen", "Keller",
    "Lopez", "Meyer", "Novak", "Owens", "Patel", "Quist", "Rossi", "Silva", "Turner", "Ueda", "Vargas", "Weber", "Xu",
    "Young", "Zimmer", "Moreau", "Nguyen", "Okafor", "Larsen",
];
