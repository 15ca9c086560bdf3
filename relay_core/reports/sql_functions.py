"""The functions that a query may call; every other one is refused."""

from typing import Final

_OPERATORS: Final = """
    + - * / // % ** ^ & | ~ << >> !__postfix @ || ~~ !~~ ~~* !~~* ~~~ ^@ <@ @> && ->>
    like_escape ilike_escape not_like_escape not_ilike_escape
"""
_NUMBERS: Final = """
    abs cbrt ceil ceiling cos degrees even exp factorial fdiv floor fmod gcd greatest isfinite isinf
    isnan lcm least ln log log10 log2 mod nextafter pi pow power radians random round round_even
    sign sin sqrt tan trunc equi_width_bins
"""
_TEXTS: Final = """
    ascii bar chr concat concat_ws contains damerau_levenshtein ends_with format format_bytes hash
    hex instr jaccard jaro_similarity jaro_winkler_similarity lcase left len length levenshtein
    lower ltrim md5 position prefix printf regexp_escape regexp_extract regexp_extract_all
    regexp_full_match regexp_matches regexp_replace regexp_split_to_array replace reverse right
    rtrim sha256 split split_part starts_with str_split string_split string_to_array strip_accents
    strlen strpos substr substring suffix translate trim ucase unicode upper
"""
_MOMENTS: Final = """
    age century date_add date_diff date_part date_sub date_trunc datediff datepart datesub datetrunc
    day dayname dayofmonth dayofweek dayofyear days_in_month decade epoch epoch_ms hour isodow
    isoyear julian last_day make_date make_time make_timestamp microsecond millisecond minute month
    monthname now get_current_timestamp get_current_time current_date today current_localtimestamp
    current_localtime quarter second strftime strptime time_bucket timezone to_days to_hours
    to_milliseconds to_minutes to_months to_seconds to_timestamp to_weeks to_years
    transaction_timestamp try_strptime week weekday weekofyear year yearweek
"""
_COLLECTIONS: Final = """
    array_contains array_extract array_has array_has_all array_has_any array_length array_to_string
    cardinality element_at flatten generate_series list_apply list_aggregate list_avg list_concat
    list_contains list_count list_distinct list_element list_extract list_filter list_has
    list_has_all list_has_any list_max list_median list_min list_pack list_position list_reduce
    list_slice list_sum list_transform list_unique list_value list_zip map map_entries map_extract
    map_keys map_values range row struct_extract struct_insert struct_keys struct_pack unnest
"""
_DOCUMENTS: Final = """
    json json_array_length json_exists json_extract json_extract_path json_extract_path_text
    json_extract_string json_keys json_type json_valid json_value to_json row_to_json
"""
_CHOICES: Final = "if nullif typeof constant_or_null"
_AGGREGATES: Final = """
    any_value approx_count_distinct approx_quantile approx_top_k arbitrary arg_max arg_max_null
    arg_min arg_min_null argmax argmin array_agg avg bit_and bit_or bit_xor bool_and bool_or corr
    count count_if count_star countif covar_pop covar_samp entropy favg first fsum geomean
    geometric_mean group_concat histogram kahan_sum kurtosis last list listagg mad max max_by mean
    median min min_by mode product quantile quantile_cont quantile_disc regr_avgx regr_avgy
    regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy reservoir_quantile sem
    skewness stddev stddev_pop stddev_samp string_agg sum sumkahan var_pop var_samp variance
    weighted_avg
"""
_WINDOWS: Final = """
    cume_dist dense_rank fill first_value lag last_value lead nth_value ntile percent_rank rank
    row_number
"""

_SUBJECTS: Final = (
    _OPERATORS,
    _NUMBERS,
    _TEXTS,
    _MOMENTS,
    _COLLECTIONS,
    _DOCUMENTS,
    _CHOICES,
    _AGGREGATES,
    _WINDOWS,
)

CALLABLE: Final = frozenset(name for subject in _SUBJECTS for name in subject.split())
"""By name, in lower case. None reads a file, a setting or the catalog, waits, writes, plans a query
given as text, or makes one huge value that no interruption can stop."""
SOURCES: Final = frozenset({"unnest", "range", "generate_series"})
"""Functions that may stand where a table stands."""
