// Alert rules on the structured logs of the service, and one action group. What to do for each: docs/runbook.md.
param location string
param tags object
param token string
param workspaceId string

@description('Empty: alerts show in the portal and are sent to no one.')
param email string

// A message of the service is one JSON object with a static `message`.
var parsed = 'AppTraces | where Message startswith "{\\"message\\":" | extend entry = parse_json(Message) '
var rules = [
  {
    name: 'run-failed'
    severity: 1
    description: 'A run failed, or a part of it.'
    minutes: 15
    query: '${parsed}| where entry.message == "run closed" and entry.status in ("failed", "partial")'
  }
  {
    name: 'no-run'
    severity: 1
    description: 'No run was closed for a day, in an app that runs every six hours.'
    minutes: 1440
    query: '${parsed}| where entry.message == "run closed" | summarize runs = count() | where runs == 0'
  }
  {
    name: 'source-stale-or-suspect'
    severity: 2
    description: 'Publications do not come, or one was not accepted that would add addresses.'
    minutes: 60
    query: '${parsed}| where entry.message == "state" and entry.freshness in ("stale", "suspect")'
  }
  {
    name: 'open-questions'
    severity: 3
    description: 'Questions wait for a person.'
    minutes: 1440
    query: '${parsed}| where entry.message == "state" and toint(entry.questions) > 0'
  }
  {
    name: 'poison-messages'
    severity: 1
    description: 'A message was given up after five attempts.'
    minutes: 15
    query: 'AppTraces | where Message has "-poison"'
  }
  {
    name: 'deadline-in-danger'
    severity: 1
    description: 'A target still lacks addresses that Azure may soon use.'
    minutes: 15
    query: '${parsed}| where entry.message == "event" and entry.kind == "deadline-in-danger"'
  }
  {
    name: 'config-refused'
    severity: 2
    description: 'A config cannot be used; the last good one stays in force.'
    minutes: 60
    query: '${parsed}| where entry.message startswith "config refused"'
  }
]

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-service-tag-sync-${token}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'svctagsync'
    emailReceivers: email == '' ? [] : [{ name: 'mail', emailAddress: email, useCommonAlertSchema: true }]
  }
}

resource rule 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = [
  for one in rules: {
    name: 'alert-service-tag-sync-${one.name}-${token}'
    location: location
    tags: tags
    properties: {
      displayName: 'service-tag-sync: ${one.name}'
      description: '${one.description} What to do: docs/runbook.md, ${one.name}.'
      enabled: true
      // A new workspace may not know the tables yet.
      skipQueryValidation: true
      severity: one.severity
      scopes: [workspaceId]
      evaluationFrequency: one.minutes > 60 ? 'PT1H' : 'PT15M'
      windowSize: one.minutes > 60 ? 'P1D' : one.minutes == 60 ? 'PT1H' : 'PT15M'
      criteria: {
        allOf: [
          {
            query: one.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      autoMitigate: true
      actions: { actionGroups: [people.id] }
    }
  }
]
