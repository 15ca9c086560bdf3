"""Which permission each thing at the front desk needs. What is not listed, nobody may do."""

from typing import Final

from relay_core.access.permissions import Permission

_NEEDED: Final[dict[Permission, str]] = {
    Permission.VIEW: """
        campaign campaigns canary compare_campaigns contact_pressure facts fields held_back
        history_of_person integration_failures integration_quality integrations is_sending
        is_syncing ledger_lag_s message_sources messages_over_time outcome_tickets overview pace_of
        people_behind people_counts people_progress people_under_pressure prices
        refresh_templates report run run_failures runs schedule schedules segment segments
        setbacks settings settlements sql_across stopped_with sync_people template
        template_history template_news template_quality templates texts_of_schedule
        unknowns was_anything_sent find_people known_people opt_outs_of tag_changes_of
        foresee_schedule doctor talk_lines unread_events
        time_zone review_frozen retry_choice
        retry_choices preview_template grants
        erased_people explain_person bindable_fields choices has_begun unready vitals
    """,
    Permission.BUILD_AUDIENCES: """
        audience_columns audience_people cancel_proof check_query choose_people
        counted_choices delete_segment delete_upload distributions duplicate_segment
        export_segments identify_people import_segments keep_upload
        last_segment_uses preview_audience proof_progress proof_result remember_segment
        rename_segment restore_segment resume_proof save_segment segment_difference
        segment_uses segment_versions start_proof unchoose_people upload_leftovers uploads
    """,
    Permission.WRITE_TEMPLATES: """
        check_template create_template delete_template edit_template export_template
        name_for_copy name_rests_until read_template submit_template submit_written
    """,
    Permission.SEND: """
        archive_campaign cancel_run cancel_schedule count_languages
        create_campaign delete_campaign duplicate_campaign edit_campaign fire_schedule_now
        pause_run resume_run retry_run review review_retry schedule_campaign send send_test
        settle_unknown skip_schedule sms_doctor tester unarchive_campaign untested
    """,
    Permission.APPROVE: "approve_run reject_run",
    Permission.SEE_PHONES: """
        dossier_of_person export_facts export_file query_facts
    """,
    Permission.ADMINISTER: """
        ensure_connectable erase_person foresee_removal let_person_back remove_aged save_grants
        save_prices set_up_talk take_backup keep_secret keyring
        forget_secret kept_secrets
        begin_sign_in zendesk_sign_in
        make_objects mirror_again mirror_status missing_objects
        rotate_webhook_secret still_missing tell_zendesk test_webhook
        traces_of_person trail trail_names use_new_credentials use_new_rules
        zendesk_groups
    """,
}
NEEDED: Final[dict[str, Permission]] = {
    name: permission for permission, names in _NEEDED.items() for name in names.split()
}
UNMASKED: Final = frozenset(
    {
        "check_template",
        "export_template",
        "fields",
        "facts",
        "integrations",
        "read_template",
        "settings",
        "sql_across",
        "talk_lines",
        "template",
        "template_history",
        "templates",
    }
)
"""Answers that hold what the team wrote or owns: numbers in them are its own."""
