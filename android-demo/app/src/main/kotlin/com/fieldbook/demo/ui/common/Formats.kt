package com.fieldbook.demo.ui.common

import androidx.compose.runtime.Composable
import androidx.compose.runtime.ReadOnlyComposable
import androidx.compose.ui.platform.LocalConfiguration
import com.fieldbook.core.FieldValue
import com.fieldbook.core.Money
import com.fieldbook.demo.R
import java.math.BigDecimal
import java.text.NumberFormat
import java.time.Instant
import java.time.LocalDate
import java.time.LocalTime
import java.time.ZoneId
import java.time.format.DateTimeFormatter
import java.time.format.FormatStyle
import java.util.Currency
import java.util.Locale

/** The language and country in which the screen is shown. */
@Composable
@ReadOnlyComposable
fun screenLocale(): Locale = LocalConfiguration.current.locales[0]

/** `09:30`, for seconds from local midnight. */
fun timeOfDay(seconds: Long): String =
    LocalTime.ofSecondOfDay(seconds.coerceIn(0, 86_399)).format(DateTimeFormatter.ofPattern("HH:mm"))

/** `09:30` of an instant where the phone is. */
fun timeOfDay(at: Instant): String =
    at.atZone(ZoneId.systemDefault()).format(DateTimeFormatter.ofPattern("HH:mm"))

/** A day as this language writes it. */
fun day(date: LocalDate, locale: Locale): String =
    date.format(DateTimeFormatter.ofLocalizedDate(FormatStyle.MEDIUM).withLocale(locale))

/** A day with its weekday as this language writes it. */
fun longDay(date: LocalDate, locale: Locale): String =
    date.format(DateTimeFormatter.ofLocalizedDate(FormatStyle.FULL).withLocale(locale))

/** A day and a time as this language writes them. */
fun dayAndTime(at: Instant, locale: Locale): String {
    val style = DateTimeFormatter.ofLocalizedDateTime(FormatStyle.MEDIUM, FormatStyle.SHORT)
    return at.atZone(ZoneId.systemDefault()).format(style.withLocale(locale))
}

/** An amount as this language writes it; the currency's code where it has no sign. */
fun amount(money: Money, locale: Locale): String {
    val currency = runCatching { Currency.getInstance(money.currency) }.getOrNull()
    val digits = currency?.defaultFractionDigits?.coerceAtLeast(0) ?: 2
    val value = BigDecimal.valueOf(money.minor, digits)
    if (currency == null) return "$value ${money.currency}"
    val format = NumberFormat.getCurrencyInstance(locale)
    format.currency = currency
    return format.format(value)
}

/** The value of a field as text. */
@Composable
fun FieldValue.shown(): String = when (this) {
    is FieldValue.Cleared -> Message(R.string.value_none).text()
    is FieldValue.Text -> v1
    is FieldValue.Int -> v1.toString()
    is FieldValue.Real -> v1.toString()
    is FieldValue.Bool -> Message(if (v1) R.string.value_yes else R.string.value_no).text()
    is FieldValue.Time -> dayAndTime(Instant.ofEpochMilli(v1), screenLocale())
    is FieldValue.Id -> Message(R.string.value_record).text()
}
