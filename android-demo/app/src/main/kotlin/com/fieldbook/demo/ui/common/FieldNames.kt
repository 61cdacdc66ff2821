package com.fieldbook.demo.ui.common

import com.fieldbook.demo.R

/** The rep's word for a field; a field without one keeps the book's own name. */
fun fieldName(field: String): Message = when (field.substringBefore('/')) {
    "name" -> Message(R.string.field_name)
    "tier" -> Message(R.string.field_tier)
    "industry" -> Message(R.string.field_industry)
    "phone" -> Message(R.string.field_phone)
    "email" -> Message(R.string.field_email)
    "website" -> Message(R.string.field_website)
    "street" -> Message(R.string.field_street)
    "city" -> Message(R.string.field_city)
    "postcode" -> Message(R.string.field_postcode)
    "country" -> Message(R.string.field_country)
    "owner" -> Message(R.string.field_owner)
    "visit_every_days" -> Message(R.string.field_visit_every_days)
    "external_id" -> Message(R.string.field_external_id)
    "opening_hours" -> Message(R.string.field_opening_hours)
    "remark" -> Message(R.string.field_remark)
    "tag" -> Message(R.string.field_tag)
    "stage" -> Message(R.string.field_stage)
    "amount" -> Message(R.string.field_amount)
    "close_on" -> Message(R.string.field_close_on)
    "due_on" -> Message(R.string.field_due_on)
    "source" -> Message(R.string.field_source)
    "budget_tier" -> Message(R.string.field_budget_tier)
    "lost_reason" -> Message(R.string.field_lost_reason)
    "next_step" -> Message(R.string.field_next_step)
    "account_id" -> Message(R.string.field_account_id)
    "product" -> Message(R.string.field_product)
    "role" -> Message(R.string.field_role)
    else -> Message(R.string.field_other, field)
}
