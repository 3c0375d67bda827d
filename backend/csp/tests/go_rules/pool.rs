//! pkg sync: Pool: the rules everywhere.

use super::bodies::pool::pool_rules;
use super::everywhere::everywhere;

pool_rules!(everywhere);
