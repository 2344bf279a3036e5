// The CEL programs, shared by every CEL rival (names are evaluated in this order;
// each result joins the variables of the next). Dates are CEL timestamps.
const T = (s) => `timestamp("${s}T00:00:00Z")`;
module.exports = [
  ['waived', `anniversary_date >= ${T('2021-01-01')} && anniversary_date <= ${T('2021-06-30')} && (offer_type == "advanced_specialization" || (offer_type == "competency" && competency != "cloud_business_applications"))`],
  ['granted', `offer_type == "competency" && competency == "cloud_business_applications" && anniversary_date >= ${T('2021-04-01')} && anniversary_date <= ${T('2021-06-30')} ? 15 : 0`],
  ['window_end', `anniversary_date + duration("720h")`],
  ['r', `as_of < anniversary_date ? 1 : as_of <= window_end ? 2 : !fee_paid ? 7 : !migrated_to_partner_center ? 8 : waived ? 3 : requirements_met ? 4 : pci_points_functional + pci_points_other + granted >= 70 ? (granted > 0 ? 5 : 6) : 9`],
  ['extension', `waived && (offer_type == "competency" || gold_competency_held) ? anniversary_date + duration("8760h") : ${T('1970-01-01')}`],
  ['status', `r == 1 ? "active" : r == 2 ? "in_window" : r < 7 ? "renewed" : "lapsed"`],
  ['reminder_1', `anniversary_date - duration("360h")`],
  ['reminder_2', `anniversary_date + duration("552h")`],
  ['new_anniversary', `r >= 3 && r <= 6 ? anniversary_date + duration("8760h") : ${T('1970-01-01')}`],
  ['reason', `r == 1 ? "R1 active: as_of is before the anniversary" : r == 2 ? "R2 in window: 30 days after the anniversary" : r == 3 ? "R3 renewed: requirements waived for 2021 H1" : r == 4 ? "R4 renewed: requirements met" : r == 5 ? "R5 renewed: points with CBA grant reach 70" : r == 6 ? "R6 renewed: points reach 70" : r == 7 ? "R7 lapsed: fee not paid" : r == 8 ? "R8 lapsed: not migrated to Partner Center" : "R9 lapsed: requirements not met"`],
];
