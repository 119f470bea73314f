"""What an import folder may hold: files, their columns, and the heads that other programs give the same columns."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column: our name for it, how its cells are read, and the heads under which other programs export it.

    ``into`` names the table's field where it differs; an empty ``into`` means that the column is not a plain field.
    ``spare`` aliases count only where no other column has taken that head.
    """

    name: str
    kind: str = "text"
    aliases: tuple[str, ...] = ()
    into: str | None = None
    most: int = 255
    spare: tuple[str, ...] = ()
    example: str = ""

    @property
    def field(self) -> str:
        """The field of the table that the column fills, empty when it is not a plain field."""
        return self.name if self.into is None else self.into


@dataclass(frozen=True, slots=True)
class FileShape:
    """One kind of file: its name without ending, the columns that make its key, and all columns in order."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    required: tuple[str, ...]
    """Columns that every row has to fill."""
    named: bool = False
    """Whether the name may serve as the key where the file has no column for it."""

    def column(self, name: str) -> Column:
        """Return the column with this name."""
        return next(column for column in self.columns if column.name == name)


CODE = 40
NOTE = 4096

PEOPLE = FileShape(
    "people",
    ("person",),
    (
        Column("person", "email", ("E-Mail", "Mail", "Email Address", "User", "Primary User"), "email", example="ana.ruiz@halden.example"),
        Column("name", "text", ("Full Name", "Display Name"), example="Ana Ruiz"),
        Column("slack", "slack", ("Slack ID", "Slack User"), "slack_id", example="U0ANA"),
        Column("role", "roles", ("Roles", "Teams"), "roles", example="technician+supervisor"),
        Column("trade", "text", ("Craft",), example="mechanic"),
        Column("skills", "skills", ("Skill", "Qualifications", "Certificates", "QUALIFICATION"), "", NOTE, example="welding until 2027-05-31+forklift"),
        Column("shift", "text", ("Crew",), example="early"),
        Column("cost_centres", "list", ("Cost Centers", "Cost Centre", "Cost Center", "KOSTL"), example="410+420"),
        Column("limit", "amount", ("Approval Limit", "Spending Limit"), "approval_limit", example="5000"),
        Column("currency", "currency", (), example="EUR"),
        Column("hourly_rate", "amount", ("Labor Rate", "Labour Rate", "Pay Rate", "Rate"), example="48"),
        Column("language", "language", ("Locale",), example="en"),
        Column("deputy", "email", ("Delegate", "Substitute"), example="bo.lindqvist@halden.example"),
        Column("active", "yes_no", ("Enabled",), example="yes"),
    ),
    ("person",),
)  # fmt: skip

SHIFTS = FileShape(
    "shifts",
    ("shift",),
    (
        Column("shift", "code", ("SHIFTNUM", "Crew", "Shift Name", "Schicht"), "name", CODE, example="night"),
        Column("begins", "clock_time", ("STARTTIME", "Start", "From"), example="22:00"),
        Column("ends", "clock_time", ("ENDTIME", "End", "To"), example="06:00"),
        Column("days", "weekdays", ("Weekdays", "Working Days"), example="sun+mon+tue+wed+thu"),
        Column("holidays", "yes_no", ("Works on Holidays",), example="no"),
    ),
    ("shift",),
)  # fmt: skip

COST_CENTRES = FileShape(
    "cost_centres",
    ("cost_centre", "year", "period"),
    (
        Column("cost_centre", "code", ("Cost Center", "KOSTL", "GLACCOUNT", "Code"), "code", CODE, example="410"),
        Column("name", "text", ("Description", "KTEXT", "Cost Center Name"), example="Packaging"),
        Column("owner", "email", ("Responsible", "Budget Owner", "VERAK"), "", example="bo.lindqvist@halden.example"),
        Column("year", "year", ("Fiscal Year", "GJAHR"), "", example="2026"),
        Column("period", "period", ("Month", "Quarter", "PERBL", "Budget Period"), "", example="Q1"),
        Column("budget", "amount", ("Plan", "Planned", "Amount"), "", example="12000"),
        Column("currency", "currency", ("WAERS",), "", example="EUR"),
        Column("spent", "amount", ("Actual", "Used"), "", example="0"),
    ),
    ("cost_centre",),
)  # fmt: skip

SUPPLIERS = FileShape(
    "suppliers",
    ("supplier",),
    (
        Column("supplier", "code", ("COMPANY", "LIFNR", "Vendor ID", "Supplier ID", "Vendor"), "code", CODE, example="HARTMANN"),
        Column("name", "text", ("NAME1", "Company Name", "Vendor Name"), example="Hartmann Seals GmbH"),
        Column("email_orders", "email", ("Order Email", "Email", "E-Mail", "SMTP_ADDR"), example="orders@hartmann-seals.example"),
        Column("email_copies", "text", ("CC", "Copies To"), example="sales@hartmann-seals.example"),
        Column("email_service", "email", ("Service Email", "Field Service Email"), example="service@hartmann-seals.example"),
        Column("email_domains", "domains", ("Domains", "Domain"), example="hartmann-seals.example"),
        Column("language", "language", ("SPRAS", "Locale"), example="de"),
        Column("currency", "currency", ("WAERS",), example="EUR"),
        Column("payment", "text", ("ZTERM", "Terms", "Payment Terms"), example="30 days net"),
        Column("incoterm", "incoterm", ("INCO1", "Delivery Terms"), example="DAP"),
        Column("incoterm_place", "text", ("INCO2",), example="Halden"),
        Column("tax_id", "text", ("STCEG", "VAT", "VAT ID", "Tax Number"), example="DE900000017"),
        Column("tax", "tax", ("Tax Code", "MWSKZ", "VAT Rate"), example="reverse charge"),
        Column("street", "text", ("STRAS", "Address", "Address 1"), example="Dichtungsweg 8"),
        Column("post_code", "text", ("PSTLZ", "ZIP", "Postal Code"), example="70565"),
        Column("city", "text", ("ORT01",), example="Stuttgart"),
        Column("country", "country", ("LAND1",), example="DE"),
        Column("contact", "text", ("Contact Name", "Contact Person"), example="Jana Hartmann"),
        Column("phone", "text", ("TELF1", "Telephone", "Phone Number"), example="+49 711 555020"),
        Column("contacts", "text", ("Contacts", "Contact List"), "", 4096, example="quality: Ute Brandt +49 711 555031; accounts: Kai Lang"),
        Column("blocked", "yes_no", ("SPERM", "On Hold"), example="no"),
        Column("risk", "text", ("Risk Class", "Supplier Risk", "Risk Rating"), example="new"),
        Column("tolerance", "percent", ("Over Delivery Tolerance",), "tolerance_percent", example="5"),
        Column("under_tolerance", "percent", ("Under Delivery Tolerance",), "under_percent", example="2"),
        Column("unattended", "unattended", ("Automatic Receipt", "Auto Receipt"), example="delivery"),
    ),
    ("supplier",),
    named=True,
)  # fmt: skip

CONTACTS = FileShape(
    "contacts",
    ("supplier", "role", "name"),
    (
        Column("supplier", "text", ("VENDOR", "LIFNR", "Vendor ID", "Company"), "", example="HARTMANN"),
        Column("role", "text", ("Function", "Department", "PAFKT", "Position"), "", example="accounts"),
        Column("name", "text", ("Contact Name", "Contact Person", "Full Name", "NAME1"), example="Kai Lang"),
        Column("email", "email", ("E-Mail", "Mail", "Email Address", "SMTP_ADDR"), example="kai.lang@hartmann-seals.example"),
        Column("phone", "text", ("TELF1", "Telephone", "Phone Number"), example="+49 711 555032"),
        Column("language", "language", ("SPRAS", "Locale"), example="de"),
        Column("active", "yes_no", ("Enabled",), "", example="yes"),
    ),
    ("supplier", "role", "name"),
)  # fmt: skip

ASSETS = FileShape(
    "assets",
    ("asset",),
    (
        Column("asset", "code", ("ASSETNUM", "EQUNR", "Equipment", "Asset ID", "ID", "Code", "Tag", "TAG No"), "code", CODE, example="P-101"),
        Column("name", "text", ("EQKTX", "Asset Name"), spare=("Asset", "Description"), example="CIP return pump"),
        Column("location", "text", ("TPLNR", "Functional Location", "Location Name", "Area"), example="Packaging hall"),
        Column("parent", "text", ("HEQUI", "Parent Asset", "Superior Equipment"), "", example="LINE-2"),
        Column("class", "text", ("ASSETTYPE", "EQART", "Category", "Asset Type", "Type"), "asset_class", example="Centrifugal pump"),
        Column("criticality", "criticality", ("ABCKZ", "Priority"), example="A"),
        Column("serial", "text", ("SERIALNUM", "SERGE", "Serial Number", "Serial No"), example="88-4410"),
        Column("manufacturer", "text", ("HERST", "Make", "Brand"), example="Grundfos"),
        Column("model", "text", ("TYPBZ",), example="CR 15-3"),
        Column("cost_centre", "text", ("KOSTL", "Cost Center", "GLACCOUNT", "Department"), "", example="410"),
        Column("status", "status", ("Archived",), example="running"),
        Column("safety", "text", ("LOTO", "Lockout", "Permit"), example="LOTO-17"),
        Column("installed", "date", ("INSTALLDATE", "INBDT"), example="2021-04-12"),
        Column("warranty_until", "date", ("Warranty Expiration Date", "GWLEN"), example="2024-04-12"),
        Column("note", "text", ("Additional Information", "Long Text"), most=NOTE, spare=("Description",), example=""),
    ),
    ("asset",),
    named=True,
)  # fmt: skip

PARTS = FileShape(
    "parts",
    ("part",),
    (
        Column("part", "code", ("ITEMNUM", "MATNR", "Part #", "Part Number", "Item number", "SKU", "ID"), "code", CODE, example="P-10231"),
        Column("name", "text", ("MAKTX", "Part Name", "Short description", "Part Description"), spare=("Description",), example="Mechanical seal 45 mm"),
        Column("unit", "unit", ("MEINS", "ISSUEUNIT", "Issue Unit", "UOM", "Unit of Measure"), example="piece"),
        Column("stock", "quantity", ("CURBAL", "LABST", "Quantity", "Beginning Quantity", "Stock on Hand", "On Hand"), "", example="0"),
        Column("bin", "text", ("BINNUM", "LGPBE", "Bin Location", "Bin Number", "Area"), example="B14"),
        Column("store", "text", ("STORELOC", "LGORT", "Warehouse"), example="2"),
        Column("minimum", "quantity", ("MINLEVEL", "MINBE", "Minimum Quantity", "Level Min", "Re-order Point", "Host ROP"), example="2"),
        Column("order_quantity", "quantity", ("ORDERQTY", "BSTMI", "Level Norm", "Re-order Quantity", "Host EOQ/Max"), example="2"),
        Column("maximum", "quantity", ("MAXLEVEL", "Level Max"), example="6"),
        Column("price", "price", ("AVGCOST", "VERPR", "Cost", "Each Cost", "Unit Cost", "Average unit price", "Average Price"), example="184.00"),
        Column("currency", "currency", ("WAERS",), example="EUR"),
        Column("supplier", "text", ("VENDOR", "LIFNR", "Vendor ID", "Vendors", "Primary Vendor"), "", example="HARTMANN"),
        Column("supplier_part", "text", ("CATALOGCODE", "Vendor Part #", "Vendor Part Number"), "", example="HS-45-SSE"),
        Column("lead_days", "lead_days", ("DELIVERYTIME", "PLIFZ", "Avg vendor lead time", "Delivery lead time"), "", example="5"),
        Column("manufacturer_part", "text", ("MFRPN", "Manufacturer Part Number"), example="45-SSE"),
        Column("barcode", "text", ("EAN11", "GTIN", "Barcode #"), example="4006381333931"),
        Column("category", "text", ("COMMODITYGROUP", "MATKL", "Material Group", "Part Category"), example="seals"),
        Column("tax", "tax", ("Tax Code", "TAXM1", "VAT Rate"), example="7 %"),
        Column("hazardous", "yes_no", ("Hazmat",), example="no"),
        Column("tolerance", "percent", ("Over Delivery Tolerance",), "tolerance_percent", example="10"),
        Column("under_tolerance", "percent", ("Under Delivery Tolerance",), "under_percent", example="2"),
        Column("inspected", "yes_no", ("Incoming Inspection",), example="no"),
        Column("tracked", "tracked", ("Tracking", "Serial or Lot"), example="lot"),
        Column("expires", "yes_no", ("Shelf Life", "Perishable"), example="no"),
        Column("critical", "yes_no", ("Critical Spare", "Insurance Spare", "Critical"), example="no"),
        Column("alternates", "text", ("Alternate Parts", "Alternate Items", "Substitutes", "Interchangeable"), "", 1000, example="P-10232"),
        Column("used_on", "text", ("Where Used", "Used On", "Spare Of", "Assets"), "", 2000, example="P-101 + P-102"),
    ),
    ("part",),
    named=True,
)  # fmt: skip

SUPPLIER_PARTS = FileShape(
    "supplier_parts",
    ("supplier", "part"),
    (
        Column("supplier", "text", ("VENDOR", "LIFNR", "Vendor ID"), "", example="HARTMANN"),
        Column("part", "text", ("ITEMNUM", "MATNR", "Part #", "Part Number", "SKU"), "", example="P-10231"),
        Column("supplier_part", "text", ("CATALOGCODE", "Vendor Part #", "Vendor Part Number", "IDNLF"), example="HS-45-SSE"),
        Column("price", "price", ("NETPR", "Cost", "Unit Cost"), example="184.00"),
        Column("currency", "currency", ("WAERS",), example="EUR"),
        Column("unit", "unit", ("MEINS", "UOM", "Unit of Measure"), example="piece"),
        Column("pack_unit", "unit", ("Order Unit", "BSTME"), example="box"),
        Column("pack_size", "quantity", ("Pack Quantity", "UMREZ"), example="12"),
        Column("minimum_quantity", "quantity", ("Minimum Order", "MOQ", "MINBM"), example="1"),
        Column("multiple", "quantity", ("Order Multiple", "BSTRF"), example="1"),
        Column("breaks", "text", ("Price Breaks", "Quantity Prices"), "", example="50=172.00+100=160.00"),
        Column("lead_days", "lead_days", ("DELIVERYTIME", "PLIFZ", "Lead Time"), example="5"),
        Column("gtin", "text", ("EAN11", "EAN", "Barcode"), example="4006381333931"),
        Column("tax", "tax", ("Tax Code", "MWSKZ", "VAT Rate"), example="19 %"),
        Column("preferred", "yes_no", ("Primary", "Default"), example="yes"),
    ),
    ("supplier", "part"),
)  # fmt: skip

STOCK = FileShape(
    "stock",
    ("part", "store"),
    (
        Column("part", "text", ("ITEMNUM", "MATNR", "Part #", "Part Number", "Item number", "SKU"), "", example="P-10231"),
        Column("store", "text", ("STORELOC", "LGORT", "Warehouse"), "", example="2"),
        Column("count", "quantity", ("stock", "CURBAL", "LABST", "Quantity", "Stock on Hand", "On Hand", "Counted"), "", example="0"),
        Column("bin", "text", ("BINNUM", "LGPBE", "Bin Location", "Bin Number"), "", CODE, example="B14"),
    ),
    ("part", "count"),
)  # fmt: skip

AGREEMENTS = FileShape(
    "agreements",
    ("agreement", "part"),
    (
        Column("agreement", "code", ("Contract", "Agreement Number", "Outline Agreement", "CONTRACTNUM", "EBELN"), "reference", CODE, example="SEALS-2027"),
        Column("kind", "text", ("Type", "Order Type"), "", example="blanket"),
        Column("supplier", "text", ("VENDOR", "LIFNR", "Vendor ID"), "", example="HARTMANN"),
        Column("under", "text", ("Parent", "Parent Contract"), "", example=""),
        Column("valid_from", "date", ("Start Date", "STARTDATE", "KDATB", "From"), "first", example="2027-01-01"),
        Column("valid_to", "date", ("End Date", "ENDDATE", "KDATE", "To"), "last", example="2027-12-31"),
        Column("limit", "amount", ("Amount Limit", "AMOUNT_LIMIT", "Target Value", "KTWRT"), "", example="10000"),
        Column("minimum_release", "amount", ("MIN_RELEASE_AMOUNT", "Minimum Release"), "", example="200"),
        Column("price_basis", "text", ("Price Break Type",), "price_basis", example="per_release"),
        Column("answers", "text", ("Responsible Cost Centre",), "", example="410"),
        Column("currency", "currency", ("WAERS",), "", example="EUR"),
        Column("part", "text", ("ITEMNUM", "MATNR", "Part #", "Part Number", "SKU"), "", example="P-10231"),
        Column("description", "text", ("Item Description", "TXZ01"), "", example=""),
        Column("unit", "unit", ("MEINS", "UOM", "Unit of Measure"), "", example="piece"),
        Column("price", "price", ("NETPR", "Unit Price", "Unit Cost"), "", example="184.00"),
        Column("quantity", "quantity", ("KTMNG", "Target Quantity", "Planned Quantity"), "", example="100"),
        Column("breaks", "text", ("Price Breaks",), "", example="50=172.00+100=160.00"),
        Column("cost_centre", "text", ("KOSTL", "Cost Center"), "", example=""),
    ),
    ("agreement", "kind", "supplier"),
)  # fmt: skip

METERS = FileShape(
    "meters",
    ("meter",),
    (
        Column("meter", "code", ("METERNAME", "Measuring Point", "POINT", "Meter ID"), "code", CODE, example="P101-H"),
        Column("name", "text", ("Description", "PTTXT", "Meter Name"), example="Running hours"),
        Column("asset", "text", ("ASSETNUM", "EQUNR", "Equipment", "Asset ID"), "", example="P-101"),
        Column("unit", "text", ("MEASUREUNITID", "Unit of Measure", "UOM"), most=CODE, example="h"),
        Column("kind", "meter_kind", ("METERTYPE", "Meter Type"), example="counter"),
        Column("rolls_over_at", "quantity", ("ROLLOVER", "Overflow"), example="100000"),
        Column("high", "reading", ("Upper Limit", "UPPERACTION", "Maximum"), example="80"),
        Column("low", "reading", ("Lower Limit", "LOWERACTION", "Minimum"), example=""),
        Column("hysteresis", "quantity", ("Dead Band", "Deadband"), example="5"),
    ),
    ("meter",),
)  # fmt: skip

READINGS = FileShape(
    "readings",
    ("meter", "at"),
    (
        Column("meter", "text", ("METERNAME", "Measuring Point", "POINT", "Meter ID"), "", example="P101-H"),
        Column("at", "moment", ("READINGDATE", "Date", "Time", "Read At"), "", example="2026-11-22 14:05"),
        Column("value", "reading", ("READING", "Measurement", "Meter Reading"), "", example="1240.5"),
        Column("reset", "yes_no", ("Replaced",), "", example="no"),
    ),
    ("meter", "at", "value"),
)  # fmt: skip

PLANS = FileShape(
    "plans",
    ("plan",),
    (
        Column("plan", "code", ("PMNUM", "WARPL", "Maintenance Plan", "PM Number", "Code"), "code", CODE, example="GREASE-P101"),
        Column("title", "text", ("Description", "WPTXT", "Task Description", "Name"), example="Grease the pump's bearings"),
        Column("asset", "text", ("ASSETNUM", "EQUNR", "Equipment", "Asset ID"), "", example="P-101"),
        Column("task", "task_type", ("WORKTYPE", "Task Type", "Work Type"), "task_type", example="service"),
        Column("every", "rhythm", ("FREQUENCY", "Interval", "Schedule", "RRULE"), example="every 3 months"),
        Column("basis", "basis", ("Fixed or Floating", "Schedule Type"), example="floating"),
        Column("first_day", "first_day", ("start", "STARTDATE", "First Date", "Next Due", "Begins"), example="2027-01-11"),
        Column("last_day", "date", ("End Date", "Until", "Ends"), example=""),
        Column("lead_days", "lead_days", ("LEADTIME", "Lead Time", "Call Horizon"), example="7"),
        Column("season", "season", ("Seasonal",), example="Apr to Oct"),
        Column("weekends", "yes_no", ("Every Day", "Calendar Days"), "every_day", example="no"),
        Column("priority", "order_priority", ("PRIO",), example="normal"),
        Column("minutes", "minutes", ("Estimated Minutes", "Duration"), "estimated_minutes", example="45"),
        Column("safety", "text", ("LOTO", "Permit", "Safety Plan"), example="LOTO-17"),
        Column("skill", "text", ("CRAFT", "Trade", "Skills"), example="mechanic"),
        Column("steps", "steps", ("Instructions", "JOBPLAN", "Tasks", "Checklist"), most=NOTE, example="Lock out | Grease both bearings | Bearing [20..80 °C]"),
        Column("tools", "text", ("Tools Required", "Equipment Needed"), example="grease gun"),
        Column("downtime", "minutes", ("Expected Downtime", "Down Minutes"), "down_minutes", example="30"),
        Column("shutdown", "yes_no", ("Shutdown Required", "Outage Required"), example="no"),
        Column("regulatory", "yes_no", ("Statutory", "Compliance", "Legal"), example="no"),
        Column("parts", "text", ("Materials", "Spare Parts"), "", most=NOTE, example="P-10302 x 0.5"),
        Column("meter", "text", ("METERNAME", "Measuring Point"), "", example="P101-H"),
        Column("every_use", "quantity", ("Meter Interval", "Usage Interval"), example="500"),
    ),
    ("plan",),
)  # fmt: skip

HISTORY = FileShape(
    "history",
    ("work_order",),
    (
        Column("work_order", "code", ("WONUM", "AUFNR", "Work Order Number", "Order Number", "WO"), "number", CODE, example="A-4711"),
        Column("title", "text", ("Description", "KTEXT", "Short Text", "Problem"), example="Seal leaks"),
        Column("asset", "text", ("ASSETNUM", "EQUNR", "Equipment", "Asset ID"), "", example="P-101"),
        Column("task", "task_type", ("WORKTYPE", "AUART", "Task Type", "Work Type"), "task_type", example="repair"),
        Column("reported", "date", ("REPORTDATE", "AUSVN", "Reported On", "Created"), "", example="2025-03-04"),
        Column("done", "date", ("ACTFINISH", "AUSBS", "Completed", "Completed On", "Finished"), "", example="2025-03-05"),
        Column("down", "quantity", ("Downtime", "Downtime Hours", "AUSZT", "Hours Down"), "", example="2.5"),
        Column("minutes", "minutes", ("Labor Minutes", "Time Spent", "Duration"), "", example="90"),
        Column("by", "email", ("Technician", "Completed By", "LEAD"), "", example="luis.moreno@halden.example"),
        Column("mode", "text", ("FAILURECODE", "PROBLEMCODE", "Failure Mode", "FECOD"), "", example="ELP"),
        Column("cause", "text", ("CAUSECODE", "Failure Cause", "URCOD"), "", example="WEA"),
        Column("remedy", "text", ("REMEDYCODE", "Solution", "Resolution", "Work Done"), "", most=NOTE, example="Seal changed"),
        Column("cost", "amount", ("ACTTOTALCOST", "Total Cost", "Actual Cost"), "", example="240.00"),
    ),
    ("work_order", "title", "asset", "reported"),
)  # fmt: skip

FILES = (
    SHIFTS, PEOPLE, COST_CENTRES, SUPPLIERS, CONTACTS, ASSETS, PARTS, SUPPLIER_PARTS, STOCK, AGREEMENTS, METERS, PLANS, READINGS, HISTORY,
)  # fmt: skip
"""All files in the order in which they are written."""

SHAPES = {shape.name: shape for shape in FILES}
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")

CLEAR = "-"
"""A cell with this empties the field; an empty cell keeps what is there."""
