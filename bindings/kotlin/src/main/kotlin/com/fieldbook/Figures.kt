package com.fieldbook

import com.fieldbook.core.BookException
import com.fieldbook.core.DealOptions
import com.fieldbook.core.DealWarning
import com.fieldbook.core.ForecastFigures
import com.fieldbook.core.FunnelFigures
import com.fieldbook.core.Quota
import java.time.LocalDate
import java.time.ZoneId

/** The open deals that somebody should look at, those most likely to die first, each with the reasons. */
public suspend fun Book.dealWarnings(options: DealOptions = DealOptions()): List<DealWarning> = io { dealWarnings(options) }

/**
 * The funnel of a process: conversion and time in each stage, right while deals are open.
 *
 * @throws BookException.BadRequest for a process that is not on this device.
 */
public suspend fun Book.dealFunnel(options: DealOptions = DealOptions()): FunnelFigures = io { dealFunnel(options) }

/**
 * The money that the deals of this book bring from the day [from] until before the day [until], in each currency: of one
 * [owner], or of all.
 *
 * @throws BookException.BadRequest for a window without days, or one that ends more than two years ahead.
 */
public suspend fun Book.dealForecast(
    from: LocalDate,
    until: LocalDate,
    owner: String? = null,
    zone: ZoneId = ZoneId.systemDefault(),
    quota: Quota? = null,
): List<ForecastFigures> = io { dealForecast(from.toString(), until.toString(), owner, zone.id, quota) }
