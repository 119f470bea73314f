"""A plant with an order on its way, for what is read out of its records."""

from tests.handlers.conftest import (  # noqa: F401  # fixtures are found by name
    add_asset,
    add_part,
    approver,
    buyer,
    cost_centre,
    desk,
    fault,
    hire,
    job,
    operator,
    pump,
    seal,
    storekeeper,
    supervisor,
    supplier,
    technician,
    write,
)
from tests.handlers.purchasing.conftest import buying, mailbox, plant  # noqa: F401
