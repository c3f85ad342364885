namespace DpsPortal.Provisioning.Access;

/// <summary>What a failed call to a vault says about access: the policy by which failures are judged.</summary>
internal delegate AccessVerdict Classify(Exception failure);
