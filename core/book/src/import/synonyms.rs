//! The names of our fields in other programs.
//!
//! Names are as [`normal`] leaves them: lower case, letters and digits only. The names of one field stand in the order
//! in which they are preferred, the more specific before the more general. Sources: the column layouts of Salesforce
//! (API and reports), Zoho CRM and HubSpot exports, OpenStreetMap and Open Brewery DB tables, and plain lists.

use super::ImportKind;

/// A field, with the names of columns that fill it between spaces.
pub(super) type FieldSynonyms = (&'static str, &'static str);

const EVERY: &[FieldSynonyms] = &[
    ("remark", "remark remarks notes note description comments comment"),
    ("tags", "tags tag labels label"),
];

const ACCOUNTS: &[FieldSynonyms] = &[
    (
        "external_id",
        "externalid accountid companyid recordid id osmid amapid placeid customerid \
        clientid storeid storenumber storecode outletid outletcode customernumber accountnumber",
    ),
    (
        "name",
        "accountname companyname name storename outletname customername clientname businessname \
        organizationname organisationname account company customer organization organisation",
    ),
    ("tier", "tier accounttier customertier class grade abcclass"),
    (
        "industry",
        "industry sector trade businesssegment brewerytype category kind",
    ),
    (
        "phone",
        "phone phonenumber telephone telephone1 tel companyphone mainphone contactphone mobilephone mobile",
    ),
    (
        "email",
        "email emailaddress emailaddress1 mail companyemail contactemail",
    ),
    (
        "website",
        "website websiteurl url webpage homepage companydomainname domain contactwebsite",
    ),
    (
        "visit_every_days",
        "visiteverydays visitfrequencydays visitintervaldays callcycledays",
    ),
    (
        "owner",
        "owner accountowner companyowner ownername accountmanager salesrep salesagent ownerid \
        accountownerid hubspotownerid",
    ),
    ("position", "position latlon latlng coordinates gps siteposition"),
    (
        "fence",
        "fence fencem fenceradiusm fenceradius geofencem geofence geodistance radiusm sitefence",
    ),
    (
        "opening_hours",
        "openinghours hours businesshours siteopeninghours",
    ),
    (
        "position_lon_lat",
        "positionlonlat lnglat lonlat longlat longitudelatitude lngandlat 经纬度 经度纬度 坐标经纬度",
    ),
    ("datum", "datum 坐标系"),
];

const CONTACTS: &[FieldSynonyms] = &[
    ("external_id", "externalid contactid recordid id"),
    ("name", "contactname fullname name"),
    ("first_name", "firstname givenname forename"),
    ("last_name", "lastname surname familyname"),
    ("role", "role jobtitle title contacttitle position"),
    (
        "phone",
        "phone phonenumber telephone telephone1 tel businessphone workphone mobilephone mobilephonenumber \
        mobile cell",
    ),
    ("email", "email emailaddress emailaddress1 mail"),
    (
        "account_id",
        "accountexternalid accountid companyid associatedcompanyid \
        primaryassociatedcompanyid primarycompanyid associatedcompanyidsprimary customerid \
        parentcustomeridvalue associatedcompanyids",
    ),
    (
        "account",
        "accountname accountnamename companyname account company associatedcompanyprimary primarycompany associatedcompany customer \
        organization organisation",
    ),
];

const OPPORTUNITIES: &[FieldSynonyms] = &[
    // A lead becomes at most one deal, so its key will do where an export leaves out that of the deal.
    (
        "external_id",
        "externalid opportunityid dealid potentialid recordid id leadid",
    ),
    ("name", "opportunityname dealname potentialname name title"),
    ("stage", "stage stagename dealstage opportunitystage salesstage"),
    (
        "amount",
        "amount dealamount closevalue opportunityamount dealvalue value",
    ),
    (
        "currency",
        "currency currencyisocode currencycode dealcurrencycode amountcurrency",
    ),
    (
        "opened_on",
        "openedon opendate engagedate createdate createddate createdtime createdat createdon",
    ),
    ("close_on", "closeon closedate closingdate expectedclosedate"),
    ("product", "product productname"),
    (
        "owner",
        "owner opportunityowner dealowner potentialowner ownername salesagent salesrep ownerid \
        opportunityownerid dealownerid potentialownerid hubspotownerid",
    ),
    ("next_step", "nextstep nextsteps"),
    ("next_step_on", "nextstepon nextstepdate nextactivitydate"),
    (
        "source",
        "source leadsource dealsource opportunitysource originalsource",
    ),
    ("budget_tier", "budgettier"),
    (
        "lost_reason",
        "lostreason lossreason closedlostreason reasonforloss",
    ),
    ("forecast_category", "forecastcategory forecastcategoryname"),
    ("probability", "probability probabilitypercent dealprobability"),
    (
        "account_id",
        "accountexternalid accountid companyid associatedcompanyid \
        primaryassociatedcompanyid associatedcompanyidsprimary customerid associatedcompanyids",
    ),
    (
        "account",
        "accountname companyname account company associatedcompanyprimary primarycompany \
        associatedcompany customer organization organisation",
    ),
];

const VISITS: &[FieldSynonyms] = &[
    (
        "external_id",
        "externalid visitid eventid activityid taskid recordid id",
    ),
    (
        "planned_at",
        "plannedat plannedfor planneddate startdatetime callstarttime activitydatetime \
        start startdate starttime visitdate activitydate date plannedattime",
    ),
    (
        "rep",
        "rep salesrep salesagent assignedto visitowner eventowner callowner owner ownername \
        employeeid ownerid eventownerid callownerid",
    ),
    ("purpose", "purpose visitpurpose callpurpose subject visittype"),
    ("outcome", "outcome visitoutcome callresult result"),
    ("skipped", "skipped skipreason skippedreason"),
    (
        "account_id",
        "accountexternalid accountid companyid customerid storecode storeid outletid",
    ),
    // As our own export states it.
    ("account_record_id", "accountidid"),
    (
        "account",
        "accountname companyname account company storename outletname customer organization \
        organisation",
    ),
];

const LEADS: &[FieldSynonyms] = &[
    ("external_id", "externalid leadid prospectid recordid id"),
    ("name", "leadname contactname fullname name 姓名 线索名称"),
    ("first_name", "firstname givenname forename"),
    ("last_name", "lastname surname familyname"),
    (
        "company",
        "company companyname account accountname organization organisation employer 公司 公司名称",
    ),
    (
        "phone",
        "phone phonenumber telephone telephone1 tel businessphone workphone mobilephone mobile cell 电话 手机",
    ),
    ("email", "email emailaddress emailaddress1 mail 邮箱"),
    ("city", "city town addresscity 城市"),
    (
        "source",
        "source leadsource originalsource leadorigin channel utmsource origin 来源 线索来源",
    ),
    ("campaign", "campaign campaignname leadcampaign utmcampaign 活动"),
    ("budget_tier", "budgettier budget budgetsize"),
];

/// The fields of `kind` that a column can fill by its name alone.
pub(super) fn fields(kind: ImportKind) -> impl Iterator<Item = &'static FieldSynonyms> {
    let own = match kind {
        ImportKind::Accounts => ACCOUNTS,
        ImportKind::Contacts => CONTACTS,
        ImportKind::Opportunities => OPPORTUNITIES,
        ImportKind::Visits => VISITS,
        ImportKind::Leads => LEADS,
    };
    own.iter().chain(EVERY)
}

/// Prefixes of the columns of one address. Columns of different addresses are never mixed.
pub(super) const FAMILIES: &[&str] = &[
    "",
    "address",
    "address1",
    "addr",
    "contact",
    "billing",
    "shipping",
    "mailing",
    "office",
    "store",
    "outlet",
    "outletoutlet",
    "site",
    "company",
    "primary",
    "geo",
    "gps",
    "location",
];

/// The fields of an address, with what the columns end with.
pub(super) const ADDRESS: &[FieldSynonyms] = &[
    (
        "street",
        "street streetaddress address1 addressline1 address street1 line1",
    ),
    ("street_2", "street2 streetaddress2 address2 addressline2"),
    ("street_3", "street3 streetaddress3 address3 addressline3"),
    ("housenumber", "housenumber houseno streetnumber"),
    ("city", "city town locality"),
    (
        "region",
        "region stateprovince stateorprovince stateregion state province county statecode",
    ),
    ("postcode", "postcode postalcode zippostalcode zipcode zip"),
    (
        "country",
        "country countryregion countryname location countrycode",
    ),
];

/// Names of the columns of latitude and longitude, within a family and before a datum.
pub(super) const COORDINATES: &[(&str, &str)] = &[
    ("latitude", "longitude"),
    ("lat", "lon"),
    ("lat", "lng"),
    ("lat", "long"),
    ("纬度", "经度"),
];

/// The name of a column without case, spaces, hyphens, underscores and the like, without the `__c` of Salesforce's
/// custom fields and without the `properties.` around HubSpot's.
pub(super) fn normal(column: &str) -> String {
    let bare = column.trim().strip_suffix("__c").unwrap_or(column);
    let bare = bare.strip_prefix("properties.").unwrap_or(bare);
    let letters = bare.chars().filter(|c| c.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_name_is_in_its_normal_form_and_means_one_field() {
        use ImportKind::{Accounts, Contacts, Opportunities, Visits};
        for kind in [Accounts, Contacts, Opportunities, Visits] {
            let mut seen = BTreeSet::new();
            for name in fields(kind).flat_map(|(_, names)| names.split(' ')) {
                assert_eq!(normal(name), name);
                assert!(seen.insert(name), "{name} means two fields of {kind:?}");
            }
        }
    }

    #[test]
    fn case_spaces_hyphens_and_vendors_decorations_do_not_matter() {
        for column in [
            "ACCOUNTID",
            "Account Id",
            "account-id",
            "\u{feff}Account_ID",
            "AccountId__c",
        ] {
            assert_eq!(normal(column), "accountid");
        }
        assert_eq!(normal("properties.dealname"), "dealname");
    }
}
