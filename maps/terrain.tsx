<?xml version="1.0" encoding="UTF-8"?>
<tileset version="1.10" tiledversion="1.10.2" name="terrain" tilewidth="32" tileheight="32" tilecount="16" columns="8">
 <image source="terrain.png" width="256" height="64"/>
 <tile id="0" type="grass">
  <properties>
   <property name="color" type="color" value="#ff6fae4e"/>
   <property name="cost" type="float" value="1"/>
   <property name="walkable" type="bool" value="true"/>
  </properties>
 </tile>
 <tile id="1" type="meadow">
  <properties>
   <property name="color" type="color" value="#ff7dbb58"/>
   <property name="cost" type="float" value="1"/>
   <property name="walkable" type="bool" value="true"/>
  </properties>
 </tile>
 <tile id="2" type="rough">
  <properties>
   <property name="color" type="color" value="#ff4f8a3c"/>
   <property name="cost" type="float" value="2"/>
   <property name="walkable" type="bool" value="true"/>
  </properties>
 </tile>
 <tile id="3" type="water">
  <properties>
   <property name="color" type="color" value="#ff3d7fc4"/>
   <property name="cost" type="float" value="1"/>
   <property name="walkable" type="bool" value="false"/>
  </properties>
 </tile>
 <tile id="4" type="deep">
  <properties>
   <property name="color" type="color" value="#ff2f66a8"/>
   <property name="cost" type="float" value="1"/>
   <property name="walkable" type="bool" value="false"/>
  </properties>
 </tile>
 <tile id="5" type="bridge">
  <properties>
   <property name="color" type="color" value="#ffb58a55"/>
   <property name="cost" type="float" value="1"/>
   <property name="walkable" type="bool" value="true"/>
  </properties>
 </tile>
 <tile id="6" type="rock">
  <properties>
   <property name="color" type="color" value="#ff7a7f86"/>
   <property name="cost" type="float" value="1"/>
   <property name="walkable" type="bool" value="false"/>
  </properties>
 </tile>
 <tile id="7" type="sand">
  <properties>
   <property name="color" type="color" value="#ffe2cf95"/>
   <property name="cost" type="float" value="1.5"/>
   <property name="walkable" type="bool" value="true"/>
  </properties>
 </tile>
 <tile id="8" type="path">
  <properties>
   <property name="color" type="color" value="#ffc9a873"/>
   <property name="cost" type="float" value="1"/>
   <property name="walkable" type="bool" value="true"/>
  </properties>
 </tile>
 <tile id="9" type="floor">
  <properties>
   <property name="color" type="color" value="#ffa8abb3"/>
   <property name="cost" type="float" value="1"/>
   <property name="walkable" type="bool" value="true"/>
  </properties>
 </tile>
 <tile id="10" type="wall">
  <properties>
   <property name="color" type="color" value="#ff565b66"/>
   <property name="cost" type="float" value="1"/>
   <property name="walkable" type="bool" value="false"/>
  </properties>
 </tile>
 <tile id="11" type="tree">
  <properties>
   <property name="color" type="color" value="#ff2f6b35"/>
   <property name="cost" type="float" value="1"/>
   <property name="walkable" type="bool" value="false"/>
  </properties>
 </tile>
 <tile id="12" type="mud">
  <properties>
   <property name="color" type="color" value="#ff7a5c3e"/>
   <property name="cost" type="float" value="3"/>
   <property name="walkable" type="bool" value="true"/>
  </properties>
 </tile>
 <tile id="13" type="plaza">
  <properties>
   <property name="color" type="color" value="#ffc2bfb4"/>
   <property name="cost" type="float" value="1"/>
   <property name="walkable" type="bool" value="true"/>
  </properties>
 </tile>
 <tile id="14" type="red">
  <properties>
   <property name="color" type="color" value="#ffb86a5e"/>
   <property name="cost" type="float" value="1"/>
   <property name="walkable" type="bool" value="true"/>
  </properties>
 </tile>
 <tile id="15" type="blue">
  <properties>
   <property name="color" type="color" value="#ff5e86b8"/>
   <property name="cost" type="float" value="1"/>
   <property name="walkable" type="bool" value="true"/>
  </properties>
 </tile>
</tileset>
