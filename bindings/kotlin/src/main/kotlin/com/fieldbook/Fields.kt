package com.fieldbook

import com.fieldbook.core.FieldValue
import java.time.Instant

/**
 * Fields for `add` and `set`, from plain values: `fields("name" to "Corner shop", "visit_every_days" to 14)`.
 *
 * A null clears the field. Ids are texts to Kotlin: write [FieldValue.Id] for them.
 */
public fun fields(vararg values: Pair<String, Any?>): Map<String, FieldValue> =
    values.associate { (name, value) -> name to fieldValue(value) }

private fun fieldValue(value: Any?): FieldValue = when (value) {
    null -> FieldValue.Cleared
    is FieldValue -> value
    is String -> FieldValue.Text(value)
    is Int -> FieldValue.Int(value.toLong())
    is Long -> FieldValue.Int(value)
    is Double -> FieldValue.Real(value)
    is Boolean -> FieldValue.Bool(value)
    is Instant -> FieldValue.Time(value.toEpochMilli())
    else -> throw IllegalArgumentException("no field takes a ${value::class.simpleName}")
}

/** The text of a text, else null. */
public val FieldValue.text: String? get() = (this as? FieldValue.Text)?.v1
