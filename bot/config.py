"""Configuration: option, environment, config.toml and defaults become one frozen ``Config``, or one clear sentence."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import platformdirs
from pydantic import BaseModel, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.config_errors import dotted, fields, many, model_in, secret_in_file, sentences
from bot.config_lines import Path as Place
from bot.config_rules import rate_of, rule_of, wrong_rates, wrong_rules
from bot.config_sources import (
    ConfigurationWrong,
    Source,
    Tree,
    from_environment,
    from_file,
    merged,
    password_in,
    places,
    secrets_of,
    value_at,
    variable,
)
from bot.settings import (
    AddressSettings,
    AgreementSettings,
    ChannelSettings,
    DocumentSettings,
    LogSettings,
    MailSettings,
    NumberSettings,
    PlantSettings,
    ReceivingSettings,
    ReorderingSettings,
    SlackSettings,
    StorageSettings,
    StoreSettings,
    WebSettings,
    group,
    setting,
)
from bot.settings_approvals import RATES, ApprovalSettings, RateSettings
from bot.settings_attention import ClockSettings, DigestSettings, attention_values
from bot.settings_budget import BudgetSettings
from bot.settings_invoices import InvoiceSettings
from bot.settings_jobs import JobSettings
from bot.settings_plans import PlanSettings, ReadingSettings, plan_values
from bot.settings_requests import RequestSettings
from bot.settings_suppliers import SupplierSettings, supplier_values
from bot.stationery import stationery, stationery_faults
from orders.budgets import BudgetPolicy, Mode
from orders.call_offs import Watch
from orders.money import Money
from orders.plant import Address, Channels, MailIdentity, Plant, Reordering, Terms
from orders.working_time import WEEKDAYS, WorkingTime, holidays_named

__all__ = ["Config", "ConfigurationWrong", "Loaded", "Setting", "check_ready", "load", "loaded", "with_reply_secret"]

SHORTEST_SECRET = 32


class Config(BaseSettings):
    """All settings; made once by ``load`` and never changed while running."""

    model_config = SettingsConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)

    site: PlantSettings = group(PlantSettings, "Who the plant is.", "plant")
    slack: SlackSettings = group(SlackSettings, "How Slack is reached.")
    mail: MailSettings = group(MailSettings, "Who we are in mails, and whose word we trust.")
    storage: StorageSettings = group(StorageSettings, "Where everything is kept.")
    channels: ChannelSettings = group(ChannelSettings, "Which Slack channel is for what.")
    approvals: ApprovalSettings = group(ApprovalSettings, "Who has to approve an order.")
    rates: tuple[RateSettings, ...] = setting(
        (), "What other currencies are worth; an order in one without a rate cannot be requested.", "tables [[rates]]",
        example=RATES,
    )  # fmt: skip
    budget: BudgetSettings = group(BudgetSettings, "How budgets are watched.")
    agreements: AgreementSettings = group(AgreementSettings, "When buyers are warned about agreements.")
    suppliers: SupplierSettings = group(SupplierSettings, "What is done about suppliers by rule.")
    receiving: ReceivingSettings = group(ReceivingSettings, "How goods are taken in.")
    invoices: InvoiceSettings = group(InvoiceSettings, "How invoices are held against orders.")
    requests: RequestSettings = group(RequestSettings, "What is done with reports before work orders come of them.")
    stores: StoreSettings = group(StoreSettings, "How stock is counted.")
    reordering: ReorderingSettings = group(ReorderingSettings, "When parts that run low are put on the buyers' list.")
    jobs: JobSettings = group(JobSettings, "How jobs are approved, done and closed.")
    plans: PlanSettings = group(PlanSettings, "When maintenance plans ask for work.")
    clocks: ClockSettings = group(ClockSettings, "How soon work is answered, begun and done.")
    digests: DigestSettings = group(DigestSettings, "What people and channels are told without asking.")
    readings: ReadingSettings = group(ReadingSettings, "How other programs send what meters show.")
    numbers: NumberSettings = group(NumberSettings, "How documents are numbered.")
    documents: DocumentSettings = group(DocumentSettings, "What orders say unless the supplier has its own terms.")
    web: WebSettings = group(WebSettings, "Where health and figures are answered.")
    log: LogSettings = group(LogSettings, "What the log holds.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  # pydantic-settings hands it over
        init_settings: PydanticBaseSettingsSource,
        *_: PydanticBaseSettingsSource,
        **__: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take values only as they are given: ``load`` has already laid file and environment over each other."""
        return (init_settings,)

    @property
    def folder(self) -> Path:
        """The folder in which everything is kept."""
        return self.storage.path or Path(platformdirs.user_data_dir("chargehand"))

    @property
    def database_url(self) -> str:
        """The database as SQLAlchemy names it."""
        return self.storage.url or f"sqlite:///{self.folder / 'chargehand.db'}"

    def plant(self) -> Plant:
        """Return what handlers work by."""
        site = self.site
        return Plant(
            name=site.name,
            zone=ZoneInfo(site.time_zone),
            currency=site.currency,
            language=site.language,
            tax_id=site.tax_id,
            registered=site.registered,
            phone=site.phone,
            address=_address(site.address),
            deliver_to=_address(site.deliver_to if site.deliver_to.street else site.address),
            channels=Channels(**self.channels.model_dump(include={"faults", "stores", "purchasing", "planning"})),
            breakdown_mention=self.channels.breakdown_mention,
            mail=_identity(self.mail),
            patterns=self.numbers.model_dump(),
            **self._papers(),
            **self._approving(),
            **self._waiting(),
            **self._stocking(),
        )

    def _papers(self) -> dict[str, Any]:
        """Return how documents look and what they say."""
        documents = self.documents
        return {
            "paper": documents.paper,
            "stationery": stationery(documents),
            "terms": Terms(**documents.model_dump(exclude={"paper", "logo", "colour", "terms_file"})),
        }

    def _approving(self) -> dict[str, Any]:
        """Return by which rules money is spent."""
        given, budget = self.approvals, self.budget
        return {
            "approval_rules": tuple(rule_of(row, self.site.currency) for row in given.rules),
            "approval_fallback": given.fallback,
            "split": given.split,
            "split_days": given.split_days,
            "change_tolerance_percent": given.change_tolerance_percent,
            "undo": timedelta(seconds=given.undo_seconds),
            "rates": tuple(rate_of(row) for row in self.rates),
            "budget": BudgetPolicy(Mode(budget.mode), Mode(budget.without), budget.period, budget.carry),
            "planned_tolerance_percent": self.agreements.planned_tolerance_percent,
            "agreement_watch": Watch(self.agreements.warn_days, self.agreements.warn_percent),
            **supplier_values(self.suppliers),
        }

    def _stocking(self) -> dict[str, Any]:
        """Return how goods are counted in and ordered again."""
        return {
            **self._receiving(),
            "reordering": Reordering(self.reordering.when),
            "reorder_at": time.fromisoformat(self.reordering.at),
            "stock_cost_centre": self.reordering.cost_centre,
            "blind_counts": self.stores.blind_counts,
            "duplicate_hours": self.requests.duplicate_hours,
            **self.jobs.values(self.site.currency),
            **plan_values(self.plans, self.readings),
            "invoices": self.invoices.policy(self.site.currency),
        }

    def _receiving(self) -> dict[str, Any]:
        """Return how goods are taken in; the limit in minor units."""
        given = self.receiving.model_dump()
        limit = given.pop("unattended_limit")
        return given | {"unattended_limit": Money.of(limit, self.site.currency).minor if limit is not None else None}

    def _waiting(self) -> dict[str, Any]:
        """Return how long questions wait, in working time."""
        site, given = self.site, self.approvals
        hours = time.fromisoformat(site.work_begins), time.fromisoformat(site.work_ends)
        working = WorkingTime(frozenset(map(WEEKDAYS.index, site.working_days)), *hours, holidays_named(site.holidays))
        return {
            "working": working,
            "remind_after": timedelta(hours=given.remind_hours),
            "escalate_after": timedelta(hours=given.escalate_hours),
            "expire_after": given.expire_days * working.day,
            "escalate_to": given.escalate_to,
            **attention_values(self.clocks, self.digests),
        }


def _address(given: AddressSettings) -> Address:
    return Address(**given.model_dump())


def _identity(mail: MailSettings) -> MailIdentity:
    domain = mail.address.rpartition("@")[2]
    return MailIdentity(mail.address, domain, mail.secret, mail.trusted_authserv, mail.trust_without_name)


@dataclass(frozen=True)
class Loaded:
    """A configuration together with the places that its values came from, the strongest one first."""

    config: Config
    sources: tuple[Source, ...]

    def origin(self, path: Place) -> str:
        """Say where a value came from: a file with its line, an environment variable, an option or the default."""
        source = next((source for source in self.sources if source.holds(path)), None)
        return source.origin(path) if source else "default"

    def settings(self) -> Iterator["Setting"]:
        """Yield every setting with its value and origin; secrets are masked."""
        hidden = set(secrets_of(Config))
        tree = self.config.model_dump(mode="json", by_alias=True)
        for path in _declared(Config):
            value = value_at(tree, path)
            masked = "set, not shown" if path in hidden and value else value
            filed = value and path in hidden and not any(source.holds(path) for source in self.sources)
            shown = (*path[:-1], f"{path[-1]}_file") if filed else path
            yield Setting(dotted(path), masked, self.origin(shown))


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting as ``chargehand config show`` prints it."""

    name: str
    value: Any
    origin: str


def _declared(shape: type[BaseModel], path: Place = ()) -> Iterator[Place]:
    for name, found in fields(shape):
        inner = model_in(found)
        if inner is not None and not many(found):
            yield from _declared(inner, (*path, name))
        else:
            yield (*path, name)


def load(
    files: Sequence[Path] | None = None,
    *,
    options: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Config:
    """Return the configuration; see ``loaded``."""
    return loaded(files, options=options, environment=environment).config


def loaded(
    files: Sequence[Path] | None = None,
    *,
    options: Mapping[str, Any] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Loaded:
    """Lay options over environment over files over defaults; raises ``ConfigurationWrong`` with all that is wrong.

    Without ``files``, ./config.toml and the user's own one are read where they exist; ``options`` is nested by group.
    """
    written = [from_file(path) for path in (places() if files is None else files)]
    sources = (Source("option", dict(options or {})), from_environment(Config, environment), *written)
    _refuse_secrets(written)
    values = merged(sources)
    _read_secret_files(values, sources)
    try:
        config = Config.model_validate(values)
    except ValidationError as wrong:
        raise ConfigurationWrong(*sentences(Config, wrong, sources)) from wrong
    result = Loaded(config, sources)
    _check_whole(result)
    return result


def _refuse_secrets(files: Sequence[Source]) -> None:
    found = [
        secret_in_file(path, source.origin(path))
        for source in files
        for path in secrets_of(Config)
        if value_at(source.values, path)
    ]
    url = ("storage", "url")
    found += [
        secret_in_file(url, source.origin(url)) for source in files if "@" in password_in(value_at(source.values, url))
    ]
    if found:
        raise ConfigurationWrong(*found)


def _read_secret_files(values: Tree, sources: Sequence[Source]) -> None:
    for path in (*secrets_of(Config), ("storage", "url")):
        named = (*path[:-1], f"{path[-1]}_file")
        file = value_at(values, named)
        if not file or value_at(values, path):
            continue
        origin = next(source.origin(named) for source in sources if source.holds(named))
        value_at(values, path[:-1])[path[-1]] = _read(Path(file), f"{origin} {dotted(named)}")


def _read(file: Path, where: str) -> str:
    try:
        text = file.read_text("utf-8").strip()
    except OSError as trouble:
        raise ConfigurationWrong(f"{where}: {file} cannot be read: {trouble.strerror}.") from trouble
    except UnicodeDecodeError as trouble:
        raise ConfigurationWrong(f"{where}: {file} is no text file.") from trouble
    if not text:
        raise ConfigurationWrong(f"{where}: {file} is empty; write the secret into it.")
    return text


def _check_whole(result: Loaded) -> None:
    """Refuse what only shows when several settings are looked at together."""
    config = result.config
    wrong = wrong_rules(config.approvals.rules, config.site.currency, result.origin)
    wrong += wrong_rates(config.rates, config.site.currency, result.origin)
    wrong += _wrong_hours(result)
    for named, fault in stationery_faults(config.documents):
        wrong.append(f"{result.origin(('documents', named))} documents.{named}: {fault}.")
    url: Place = ("storage", "url")
    if config.storage.url and not config.storage.url.startswith(
        ("sqlite:///", "postgresql://", "postgresql+psycopg://")
    ):
        hint = "write an address that begins with sqlite:/// or postgresql://"
        wrong.append(f"{result.origin(url)} storage.url: {hint}.")
    if wrong:
        raise ConfigurationWrong(*wrong)


def _wrong_hours(result: Loaded) -> list[str]:
    """Refuse a week without working time: every question would wait for ever."""
    site = result.config.site
    days, ends = ("plant", "working_days"), ("plant", "work_ends")
    found = []
    if not site.working_days:
        found.append(f'{result.origin(days)} plant.working_days is empty: write for example ["mon", "tue"].')
    if site.work_ends <= site.work_begins:
        found.append(f"{result.origin(ends)} plant.work_ends: write a time later than {site.work_begins}.")
    return found


_NEEDED: dict[str, tuple[tuple[Place, str, str], ...]] = {
    "socket": ((("slack", "bot_token"), "xoxb-", "bot token"), (("slack", "app_token"), "xapp-", "app token")),
    "http": ((("slack", "bot_token"), "xoxb-", "bot token"), (("slack", "signing_secret"), "", "signing secret")),
}
"""What each mode cannot start without: the setting, how its value begins, what it is called."""


def check_ready(config: Config) -> None:
    """Raise ``ConfigurationWrong`` when the bot could not even start: tokens missing or of the wrong kind."""
    tree = config.model_dump(by_alias=True)
    wrong = []
    for path, begins, called in _NEEDED[config.slack.mode]:
        value = str(value_at(tree, path) or "")
        if not value:
            hint = f"set {variable(path)}, or name a file with {dotted(path)}_file"
            wrong.append(f"{dotted(path)} is missing: {hint}.")
        elif not value.startswith(begins):
            wrong.append(f"{dotted(path)} is not a {called}: write the one that begins with {begins}.")
    if not config.channels.faults:
        wrong.append("channels.faults is missing: write the ids of the channels in which people report faults.")
    for name, secret in (("mail", config.mail.secret), ("readings", config.readings.secret)):
        if secret and len(secret) < SHORTEST_SECRET:
            wrong.append(f"{name}.secret is too short: write at least {SHORTEST_SECRET} random characters.")
    if wrong:
        raise ConfigurationWrong(*wrong)


def with_reply_secret(config: Config) -> Config:
    """Return the configuration with a secret for reply addresses: the given one, or one kept in the data folder."""
    if config.mail.secret:
        return config
    file = config.folder / "mail.secret"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            file.touch(mode=0o600)
            file.write_text(secrets.token_urlsafe(SHORTEST_SECRET), "utf-8")
        kept = file.read_text("utf-8").strip()
    except OSError as trouble:
        raise ConfigurationWrong(f"storage.path: {file} cannot be written: {trouble.strerror}.") from trouble
    return config.model_copy(update={"mail": config.mail.model_copy(update={"secret": kept})})
