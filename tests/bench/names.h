/*
 * The names that the first workload has in the place of a competency: its records are drawn from them, and the many
 * dated rules are about them, so that both speak of the same. The first is the one its rules single out. It must not
 * know who uses them.
 */
#ifndef PROVISO_TESTS_BENCH_NAMES_H
#define PROVISO_TESTS_BENCH_NAMES_H

enum { NAMES = 20 };

/** The elements of an array of NAMES texts. */
#define NAME_LIST                                                                                          \
    "cloud_business_applications", "application_development", "application_integration", "cloud_platform", \
        "cloud_productivity", "collaboration_and_content", "communications", "data_analytics",             \
        "data_platform", "datacenter", "devops", "enterprise_mobility_management",                         \
        "enterprise_resource_planning", "messaging", "project_and_portfolio_management", "security",       \
        "small_and_midmarket_cloud_solutions", "windows_and_devices", "oem", "learning"

#endif
